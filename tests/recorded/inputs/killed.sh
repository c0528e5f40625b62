# Killed from outside while it waits, and its child with it.
echo "before the end"
sleep 1000 &
kill -KILL $! $$

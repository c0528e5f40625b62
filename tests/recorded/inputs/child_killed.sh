# A child dies by a signal; the shell's exit status tells it.
sleep 1000 &
child=$!
kill -TERM $child
wait $child

# Job control on a terminal: stopping, continuing, foreground and background.
exec 2>/dev/null  # the shell tells there when it hears of a job's end, which may be now or later
set -m
show() { jobs | sed 's/[0-9]\{3,\}/SECONDS/'; }
sleep 1000 & sleeper=$!
show
kill -STOP %1
until jobs | grep -q Stopped; do :; done  # known to the shell only after its SIGCHLD
show
bg %1 >bg.txt
show
kill $sleeper
wait $sleeper
echo "the job ended with $?"
# In the foreground, with the terminal; it stops itself, as Ctrl-Z would, and is continued.
bash -c 'kill -TSTP $$; echo "continued"; exit 7'
echo "stopped: $(($? - 128))"
fg %1
echo "in the foreground again, it ended with $?"
# A background job that reads the terminal is stopped.
cat & reader=$!
until jobs | grep -q Stopped; do :; done
echo "the reader is stopped"
kill -KILL $reader
until [[ -z $(jobs) ]]; do :; done
echo "the reader is gone"
stty size
test -t 0 && echo "stdin is a terminal"

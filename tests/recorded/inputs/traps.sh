# Signals to the shell itself, ignored ones, EXIT and ERR traps, a child's death by a signal.
trap 'echo "leaving with $?"' EXIT
trap 'echo "an error in line $LINENO"' ERR
trap 'echo "got USR1"' USR1
trap 'echo "got TERM, staying"' TERM
kill -USR1 $$
kill -TERM $$
false
bash -c 'kill -USR1 '$$
echo "after the child's signal"
# In the foreground: a job that is killed before its exec still has the shell's traps.
{ bash -c 'kill -HUP $$'; } 2>/dev/null || echo "the child died of signal $(($? - 128))"
trap - ERR
trap '' INT
kill -INT $$
echo "ignored INT"
(trap 'echo "the subshell leaves"' EXIT; exit 5) || echo "status $?"
exit 0

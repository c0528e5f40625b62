# Signals to the shell itself, EXIT and ERR traps, waits that a trap interrupts.
trap 'echo "leaving with $?"' EXIT
trap 'echo "an error in line $LINENO"' ERR
trap 'echo "got USR1"' USR1
trap 'echo "got TERM, staying"' TERM
kill -USR1 $$
kill -TERM $$
false
bash -c 'kill -USR1 '$$
echo "after the child's signal"
# wait is interrupted by the trap, and told so by a status above 128.
trap 'echo "interrupted"; kill $sleeper' USR1
sleep 1000 & sleeper=$!
(until [[ -e waiting ]]; do :; done; kill -USR1 $$) &
touch waiting
wait $sleeper; echo "wait ended with more than 128: $(($? > 128))"
wait $sleeper; echo "the sleeper died of signal $(($? - 128))"
trap '' INT
kill -INT $$
echo "ignored INT"
(trap 'echo "the subshell leaves"' EXIT; exit 5) || echo "status $?"
exit 0

# Pipes, their status, process substitution, a coprocess.
seq 1 1000 | grep 7 | sort -rn | head -5
true | false | exit 3
echo "status ${PIPESTATUS[*]}"
set -o pipefail
false | true || echo "pipefail: $?"
diff <(seq 1 5) <(seq 2 6)
seq 1 3 | while read -r number; do echo "read $number in a pipe"; done
coproc doubler { while read -r number; do echo $((number * 2)); done; }
pid=$doubler_PID  # gone when the shell hears of its end
for number in 4 5 6; do
  echo $number >&"${doubler[1]}"
  read -r answer <&"${doubler[0]}"
  echo "$number doubled is $answer"
done
exec {doubler[1]}>&-
wait "$pid"
yes | head -n 100000 | wc -l  # yes dies of SIGPIPE
mkfifo channel
seq 1 20000 >channel &
md5sum <channel
wait

# Subshells, command substitution, background jobs, exec with other descriptors.
value=outer
(value=inner; cd /; echo "in the subshell: $value in $PWD")
echo "outside: $value"
echo "nested: $(echo one $(echo two $(echo three)))"
jobs=()
for number in 1 2 3 4; do (exit $number) & jobs+=($!); done
for job in "${jobs[@]}"; do wait "$job"; echo "a job ended with $?"; done
exec 3>note.txt
echo "through descriptor 3" >&3
exec 3>&-
cat note.txt
{ echo to stdout; echo to stderr >&2; } 2>&1 | sort
(ulimit -n 64; ulimit -n)
function count { local n=$1; ((n > 0)) && count $((n - 1)) && echo -n "$n "; return 0; }
count 10; echo
(exec true); echo "exec'd: $?"
declare -A sizes; for file in pipes note.txt; do sizes[$file]=$(wc -c 2>/dev/null <"$file"); done
echo "${sizes[note.txt]} bytes, none: '${sizes[pipes]}'"
printf '%(%Y)T\n' 0

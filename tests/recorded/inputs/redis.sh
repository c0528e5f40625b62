# redis-server under redis-benchmark, then SHUTDOWN.
exec 3< <(exec redis-server --port 0 --unixsocket "$PWD/redis.socket" --save "" --dir "$PWD" 2>&1)
server=$!
while read -r line <&3; do
  [[ $line == *"ready to accept connections"* ]] && break  # behind its socket's name
done
redis-benchmark -s redis.socket --csv -n 3000 -c 20 -t set,get,lpush,incr
redis-cli -s redis.socket SET greeting hello
redis-cli -s redis.socket GET greeting
redis-cli -s redis.socket EVAL 'local s = 0 for i = 1, 1000 do s = s + i end return s' 0
redis-cli -s redis.socket SHUTDOWN NOSAVE
cat <&3 >/dev/null
wait "$server"
echo "the server ended with $?"

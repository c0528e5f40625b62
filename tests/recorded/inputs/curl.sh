# curl from a local python3 -m http.server, on a port that the kernel chooses.
mkdir files
seq 1 50000 >files/numbers.txt
echo "a small file" >files/small.txt
exec 3< <(exec python3 -u -m http.server 0 --bind 127.0.0.1 --directory files 2>log.txt)
server=$!
read -r line <&3  # Serving HTTP on 127.0.0.1 port 12345 …
port=${line#*port }
url=http://127.0.0.1:${port%% *}
curl -sS "$url/small.txt"
curl -sS "$url/numbers.txt" | md5sum
curl -sS -o none.html -w '%{http_code} %{content_type}\n' "$url/none"
curl -sS -I "$url/numbers.txt" | grep -i '^content-length'
curl -sS "$url/small.txt" "$url/small.txt" -Z --no-progress-meter
kill "$server"
wait "$server"
echo "the server ended with $?"
grep -c GET log.txt

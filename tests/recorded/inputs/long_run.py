"""A program that goes on for a while, and does many things: computes, writes files, starts programs and threads."""
import hashlib
import os
import subprocess
import sys
import threading

rounds = int(sys.argv[1])
lock = threading.Lock()
digest = hashlib.sha256()


def add(data):
    for i in range(50):
        with lock:
            digest.update(data + bytes([i]))


for number in range(rounds):
    with open(f"file{number % 7}", "wb") as file:
        file.write(os.urandom(3000 + number))
    with open(f"file{number % 7}", "rb") as file:
        data = file.read()
    threads = [threading.Thread(target=add, args=(data,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if number % 5 == 0:
        said = subprocess.run(["wc", "-c", f"file{number % 7}"], capture_output=True, check=True).stdout
        print(said.decode().strip())
    print(number, sum(i * i % 7 for i in range(20000)), digest.hexdigest(), flush=True)

"""Child processes: output, input, status, signals, time limits, sessions."""
import os
import signal
import subprocess

print(subprocess.run(["echo", "hello"], capture_output=True, text=True).stdout.strip())
print(subprocess.run(["sort", "-r"], input="a\nc\nb\n", capture_output=True, text=True).stdout.split())
print(subprocess.run("exit 3", shell=True).returncode)
print(subprocess.run("echo out; echo err >&2", shell=True, capture_output=True))
first = subprocess.Popen(["seq", "1", "5000"], stdout=subprocess.PIPE)
second = subprocess.Popen(["wc", "-c"], stdin=first.stdout, stdout=subprocess.PIPE, text=True)
first.stdout.close()
print(second.communicate()[0].strip(), first.wait())
sleeper = subprocess.Popen(["sleep", "1000"], start_new_session=True)
try:
    sleeper.wait(timeout=0.05)
except subprocess.TimeoutExpired:
    sleeper.send_signal(signal.SIGTERM)
print(sleeper.wait())
many = [subprocess.Popen(["sh", "-c", f"exit {i}"]) for i in range(10)]
print([child.wait() for child in many])
read_end, write_end = os.pipe()
if os.fork() == 0:
    os.write(write_end, b"from the fork")
    os._exit(0)
print(os.read(read_end, 100), os.wait()[1])
try:
    subprocess.run(["/nonexistent/program"])
except FileNotFoundError as error:
    print(error)

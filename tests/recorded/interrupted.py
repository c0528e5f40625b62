#!/usr/bin/env python3
"""Ctrl-C on the terminal reaches the recorded program, which decides; the trace is whole, and replays.

    interrupted.py --mecrr MECRR
"""

import os
import pathlib
import select
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
from recorded import processes  # noqa: E402  (after the path that finds it)
from recorded.comparing import Failed, expect  # noqa: E402
from recorded.mecrr import parse_options, record, replay  # noqa: E402

PROGRAM = {
    # Handles it, and goes on for a while.
    "handles": ("""
import signal, sys
def handler(number, frame):
    print("interrupted", flush=True)
    sys.exit(7)
signal.signal(signal.SIGINT, handler)
print("ready", flush=True)
print("ready", file=open("/dev/tty", "w"), flush=True)
while True:
    signal.pause()
""", "exit 7", b"ready\ninterrupted\n"),
    # Dies of it.
    "dies": ("""
import signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
print("ready", flush=True)
print("ready", file=open("/dev/tty", "w"), flush=True)
while True:
    signal.pause()
""", "signal SIGINT", b"ready\n"),
}
LIMIT_S = 60


def main():
    options = parse_options(__doc__)
    processes.become_subreaper()
    try:
        for text, end, stdout in PROGRAM.values():
            with tempfile.TemporaryDirectory(prefix="mecrr-interrupted-") as folder:
                check(options.mecrr, pathlib.Path(folder), text, end, stdout)
    except (Failed, processes.Hung) as problem:
        print(problem)
        return 1
    return 0


def check(mecrr, folder, text, end, stdout):
    trace = folder / "trace.pb"
    command = record(mecrr, trace, ["/usr/bin/python3", "-c", text])
    with processes.open_nameless() as out, processes.open_nameless() as err:
        recorder = processes.start(command, folder, None, True, None, out, err)
        try:
            wait_for_ready(recorder.terminal)
            os.write(recorder.terminal, b"\x03")
            recorder.wait(LIMIT_S)
        except subprocess.TimeoutExpired:
            raise processes.Hung("after Ctrl-C:\n" + processes.describe_descendants(os.getpid())) from None
        finally:
            processes.kill_descendants(os.getpid())
        recorded = processes.Outcome(processes.end_of(recorder.returncode), processes.contents(out),
                                     processes.contents(err), 0)
    expect("end of the recording", recorded.end, end, recorded)
    expect("stdout of the recording", recorded.stdout, stdout, recorded)
    expect("stderr of the recording", recorded.stderr, b"", recorded)
    replayed = replay(mecrr, trace, folder)
    expect("end of the replay", replayed.end, "exit 0", replayed)
    expect("stdout of the replay", replayed.stdout, stdout, replayed)
    expect("stderr of the replay: nothing is said of a cut trace", replayed.stderr, b"", replayed)


def wait_for_ready(terminal):
    seen = b""
    while b"ready" not in seen:
        if not select.select([terminal], [], [], LIMIT_S)[0]:
            raise processes.Hung("before Ctrl-C:\n" + processes.describe_descendants(os.getpid()))
        seen += os.read(terminal, 1000)


if __name__ == "__main__":
    sys.exit(main())

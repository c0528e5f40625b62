#!/usr/bin/env python3
"""kill -9 of the recorder at random moments of a python3 run: what the trace has by then replays without divergence.

    killed_recorder.py --mecrr MECRR [--seed N] [--times 20]
"""

import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
from recorded import processes  # noqa: E402  (after the path that finds it)
from recorded.comparing import Failed, expect, shown  # noqa: E402
from recorded.mecrr import parse_options, record, replay  # noqa: E402

COMMAND = ["/usr/bin/python3", HERE / "inputs/long_run.py", "40"]
LIMIT_S = 60


def main():
    options = parse_options(__doc__, seed=0, times=20)
    seed = options.seed or random.SystemRandom().randrange(1, 10**9)
    print(f"seed {seed}")
    chance = random.Random(seed)
    try:
        with tempfile.TemporaryDirectory(prefix="mecrr-killed-") as folder:
            folder = pathlib.Path(folder)
            duration_s = run(options.mecrr, folder, None)[1]
            replayed = [try_once(options.mecrr, folder, chance.uniform(0, duration_s))
                        for _ in range(options.times)]
        if not any(replayed):
            raise Failed("no trace had any output of the program: the moments are too early to show anything")
    except (Failed, processes.Hung) as problem:
        print(problem)
        return 1
    return 0


def run(mecrr, folder, kill_after_s):
    """Records, and kills the recorder that long after it began to write the trace.

    Returns what the program wrote, and for how long the recorder wrote.
    """
    trace, work = folder / "trace.pb", folder / "work"
    trace.unlink(missing_ok=True)
    work.mkdir(exist_ok=True)
    with open(folder / "stdout", "wb") as out, open(folder / "stderr", "wb") as err:
        recorder = subprocess.Popen(record(mecrr, trace, COMMAND), cwd=work, stdin=subprocess.DEVNULL,
                                    stdout=out, stderr=err, start_new_session=True)
        try:
            deadline = time.monotonic() + LIMIT_S
            while not (trace.exists() and trace.stat().st_size > 0):
                if recorder.poll() is not None or time.monotonic() > deadline:
                    raise Failed(f"the recorder made no trace: {(folder / 'stderr').read_text()}")
            began = time.monotonic()
            try:
                recorder.wait(LIMIT_S if kill_after_s is None else kill_after_s)
            except subprocess.TimeoutExpired:
                if kill_after_s is None:
                    raise processes.Hung(processes.describe_descendants(recorder.pid)) from None
                recorder.send_signal(signal.SIGKILL)
            recorder.wait()
            return (folder / "stdout").read_bytes(), time.monotonic() - began
        finally:
            recorder.kill()
            processes.kill_descendants(os.getpid())


def try_once(mecrr, folder, moment_s):
    written, _ = run(mecrr, folder, moment_s)
    outcome = replay(mecrr, folder / "trace.pb", folder)
    print(f"killed after {moment_s:.3f} s: {(folder / 'trace.pb').stat().st_size:,} bytes, "
          f"{outcome.stdout.count(bytes([10]))} of {written.count(bytes([10]))} lines")
    # Killed before the first flush, there is nothing to replay: an error says so.
    is_empty = b"there are no events" in outcome.stderr
    expect("end of the replay", outcome.end, "exit 1" if is_empty else "exit 0", outcome)
    if not written.startswith(outcome.stdout):
        raise Failed(f"the replay wrote what the recording did not: {shown(outcome)}")
    return outcome.stdout


if __name__ == "__main__":
    processes.become_subreaper()
    sys.exit(main())

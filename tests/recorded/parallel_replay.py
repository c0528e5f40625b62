#!/usr/bin/env python3
"""Processes that share no memory are recorded and replayed at the same time; and what ends a replay ends all of it.

    parallel_replay.py --mecrr MECRR
"""

import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
from recorded import processes  # noqa: E402  (after the path that finds it)
from recorded.comparing import Failed, expect  # noqa: E402
from recorded.mecrr import parse_options, record  # noqa: E402

LIMIT_S = 60
JOBS = (1, 2, 8)

# The first child computes, without a call, until the second one kills it.
COMPUTE_AT_ONCE = 'while :; do :; done & loop=$!; bash -c "echo kills; kill -9 $loop"; wait; echo done'
# Each line comes from a process of its own, and says which one it is.
MANY_LINES = 'for i in $(seq 40); do printf "%s " $i; date +$i; sh -c "echo $i >&2"; done; echo end'
# Two programs that write more than fits into a pipe.
MUCH_OUTPUT = "for i in 1 2; do seq 40000 & done; wait"
# Both sides of a mapping that they share.
SHARED = """
import mmap, os
shared = mmap.mmap(-1, 4096)
for i in range(50):
    child = os.fork()
    if child == 0:
        shared[0] = (shared[0] + 1) % 256
        os._exit(0)
    os.waitpid(child, 0)
    print(i, shared[0], flush=True)
"""


def main():
    options = parse_options(__doc__)
    processes.become_subreaper()
    try:
        for test in (compute_at_once, output_is_in_order, shared_memory, ends_by_signal, ends_where_it_differs):
            with tempfile.TemporaryDirectory(prefix="mecrr-parallel-") as folder:
                test(options.mecrr, pathlib.Path(folder))
    except (Failed, processes.Hung) as problem:
        print(problem)
        return 1
    return 0


def compute_at_once(mecrr, folder):
    trace = folder / "trace.pb"
    command = record(mecrr, trace, ["bash", "-c", COMPUTE_AT_ONCE])
    command.insert(2, "--stats")
    recorded = processes.run(command, cwd=folder, limit_s=LIMIT_S)
    expect("end of the recording", recorded.end, "exit 0", recorded)
    told = re.search(rb"at the same time +(\d+) processes", recorded.stderr)
    if not told or int(told[1]) < 2:
        raise Failed(f"no two processes ran at the same time: {recorded.stderr.decode()}")
    replays(mecrr, trace, folder, recorded.stdout, None)


def output_is_in_order(mecrr, folder):
    trace = folder / "trace.pb"
    recorded = processes.run(record(mecrr, trace, ["bash", "-c", MANY_LINES]), cwd=folder, limit_s=LIMIT_S)
    expect("end of the recording", recorded.end, "exit 0", recorded)
    replays(mecrr, trace, folder, recorded.stdout, recorded.stderr)


def shared_memory(mecrr, folder):
    trace = folder / "trace.pb"
    recorded = processes.run(record(mecrr, trace, [sys.executable, "-c", SHARED]), cwd=folder, limit_s=LIMIT_S)
    expect("stdout of the recording", recorded.stdout, b"".join(b"%d %d\n" % (i, i + 1) for i in range(50)), recorded)
    replays(mecrr, trace, folder, recorded.stdout, recorded.stderr)


def replays(mecrr, trace, folder, stdout, stderr):
    for jobs in JOBS:
        replayed = processes.run([mecrr, "replay", "--batch", "--jobs", jobs, trace], cwd=folder, limit_s=LIMIT_S)
        expect(f"end of the replay with {jobs}", replayed.end, "exit 0", replayed)
        expect(f"stdout of the replay with {jobs}", replayed.stdout, stdout, replayed)
        if stderr is not None:
            expect(f"stderr of the replay with {jobs}", replayed.stderr, stderr, replayed)


def ends_by_signal(mecrr, folder):
    trace = folder / "trace.pb"
    recorded = processes.run(record(mecrr, trace, ["bash", "-c", MUCH_OUTPUT]), cwd=folder, limit_s=LIMIT_S)
    expect("end of the recording", recorded.end, "exit 0", recorded)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
        out, writing = os.pipe()
        replay = subprocess.Popen([mecrr, "replay", "--batch", "--jobs=4", trace], cwd=folder, stdout=writing)
        os.close(writing)
        if os.read(out, 1) != b"1":  # then it is in the midst of it, since nobody reads the rest
            raise Failed("the replay writes nothing")
        replay.send_signal(number)
        end = processes.end_of(replay.wait(LIMIT_S))
        if end != f"signal {number.name}":
            raise Failed(f"the replay ends with {end}, not {number.name}")
        try:
            processes.wait_for_orphans(time.monotonic() + LIMIT_S)
        except subprocess.TimeoutExpired:
            raise Failed(f"left behind: {processes.describe_descendants(os.getpid())}") from None
        os.close(out)


def ends_where_it_differs(mecrr, folder):
    """The part of a trace that can be replayed is, in whatever order its processes come to their ends."""
    trace = folder / "trace.pb"
    recorded = processes.run(record(mecrr, trace, ["bash", "-c", MANY_LINES]), cwd=folder, limit_s=LIMIT_S)
    expect("end of the recording", recorded.end, "exit 0", recorded)
    whole = trace.read_bytes()
    for part in (0.5, 0.9):
        trace.write_bytes(whole[:int(len(whole) * part)])
        ends = {jobs: processes.run([mecrr, "replay", "--batch", "--jobs", jobs, trace], cwd=folder, limit_s=LIMIT_S)
                for jobs in JOBS}
        for jobs in JOBS[1:]:
            for what in ("end", "stdout", "stderr"):
                expect(f"{what} with {jobs} of a trace that is cut", getattr(ends[jobs], what), getattr(ends[1], what),
                       ends[jobs])


if __name__ == "__main__":
    sys.exit(main())

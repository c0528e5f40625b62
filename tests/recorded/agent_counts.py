#!/usr/bin/env python3
"""What a recording with the agent costs, in counts: stops, and bytes of the trace for each event.

    agent_counts.py --mecrr MECRR --many-calls PROGRAM

Counts that depend on how fast the machine is are left out: a task is asked to stop every 100 ms (kMaxLogAge).
Those of instructions (rdtsc, and the first cpuid of each question) depend on the processor and the C library.
"""

import json
import pathlib
import random
import re
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
from recorded import processes  # noqa: E402  (after the path that finds it)
from recorded.comparing import Failed, expect  # noqa: E402
from recorded.mecrr import parse_options  # noqa: E402

LIMIT_S = 120
PER_STOPPED_CALL = 2  # stops: at the call, and at its return


def main():
    options = parse_options(__doc__, many_calls="")
    program = pathlib.Path(options.many_calls).resolve()
    wrong = []
    with tempfile.TemporaryDirectory(prefix="mecrr-counts-") as name:
        folder = pathlib.Path(name)
        for check in (reads, clocks, maps, one_program, many_programs, files, repeats):
            try:
                print(check.__name__)
                check(Recordings(options.mecrr, folder / check.__name__), program)
            except (Failed, processes.Hung) as problem:
                wrong.append(f"{check.__name__}: {problem}")
    print("\n".join(wrong))
    return 1 if wrong else 0


def reads(recordings, program):
    """1 MiB of log is 7,280 reads of 64 bytes, 144 bytes each."""
    counts = recordings.record([program, "reads", "1000000"])
    hold("calls that stopped", counts.stopped_calls, 200)
    hold("stops", counts.stops, 400)
    hold("bytes of log for a call", counts.log_bytes_per_call, 150)
    hold("bytes in the file for an event", counts.packed_bytes_per_event, 1.5)


def clocks(recordings, program):
    """1 MiB of log is 11,900 readings of the clock, 88 bytes each."""
    counts = recordings.record([program, "clocks", "3000000"])
    hold("calls that stopped", counts.stopped_calls, 320)
    hold("stops", counts.stops, 640)
    hold("bytes of log for a call", counts.log_bytes_per_call, 92)
    hold("bytes in the file for an event", counts.packed_bytes_per_event, 9)


def maps(recordings, program):
    """A file that has been mapped before is mapped without a stop; 1 MiB of log is 2,100 rounds."""
    counts = recordings.record([program, "maps", "5000"])
    hold("stops", counts.stops, 70)


def one_program(recordings, program):
    counts = recordings.record(["/bin/true"])
    hold("stops of a program that does nothing", counts.stops, 38)


def many_programs(recordings, program):
    """What one more program takes, when its libraries have been seen before."""
    few, many = (recordings.record(["/bin/sh", "-c", f"for i in {' '.join(['x'] * count)}; do /bin/true; done"])
                 for count in (10, 60))
    hold("stops for one more program", (many.stops - few.stops) / 50, 24)
    hold("instructions for one more program", (many.instructions - few.instructions) / 50, 12)


def files(recordings, program):
    """find asks for each of 2,000 files what it is."""
    tree = recordings.folder / "tree"
    for number in range(20):
        (tree / str(number)).mkdir(parents=True)
        for file in range(100):
            (tree / str(number) / str(file)).touch()
    counts = recordings.record(["/usr/bin/find", tree, "-type", "f", "-size", "-1"])
    if counts.calls < 2000:
        raise Failed(f"find has made {counts.calls} calls only: no measure of anything")
    hold("calls that stopped", counts.stopped_calls, 150)
    hold("stops", counts.stops, 240)
    hold("bytes of log for a call", counts.log_bytes_per_call, 320)
    hold("bytes in the file for an event", counts.packed_bytes_per_event, 80)


def repeats(recordings, program):
    """Data that LZ4 cannot shorten, read 50 times by several processes, in pieces of three sizes, are in the trace once."""
    size = 1 << 20
    (recordings.folder / "data").write_bytes(random.Random(1).randbytes(size))
    counts = recordings.record([program, "repeats", "50"])
    hold("bytes in the file, by those of the data", counts.events_packed / size, 1.25)


class Counts:
    """Of one recording: `info` is what mecrr info --json says, `stats` the text of mecrr record --stats."""

    def __init__(self, info, stats):
        asked = sum(number_in(row) for row in stats.splitlines() if "asked to stop" in row)
        all_stops = re.search(r"^stops +([\d,]+)$", stats, re.MULTILINE)
        if not all_stops:
            raise Failed(f"no stops in the statistics:\n{stats}")
        self.calls = sum(info["calls"].values())
        self.stopped_calls = self.calls - info["without_stop"]["calls"] - asked
        self.instructions = info["instructions"]
        self.stops = number_in(all_stops[1]) - info["instructions"] - PER_STOPPED_CALL * asked
        self.log_bytes_per_call = info["without_stop"]["bytes"] / max(1, info["without_stop"]["calls"])
        self.events_packed = info["bytes"]["events_packed"]
        self.packed_bytes_per_event = info["bytes"]["events_packed"] / info["events"]


def number_in(text):
    return int(re.search(r"[\d,]+", text)[0].replace(",", ""))


class Recordings:
    def __init__(self, mecrr, folder):
        self.mecrr = mecrr
        self.folder = folder
        folder.mkdir()

    def record(self, command):
        trace = self.folder / "trace.pb"
        recorded = self.run("record", "-q", "-f", "--stats", "-o", trace, "--", *command)
        info = self.run("info", "--json", trace)
        return Counts(json.loads(info.stdout), recorded.stderr.decode())

    def run(self, *arguments):
        ran = processes.run([self.mecrr, *arguments], cwd=self.folder, limit_s=LIMIT_S, environment={})
        expect("end", ran.end, "exit 0", ran)
        return ran


def hold(what, got, most):
    print(f"    {what}: {got:.5g}, at most {most}")
    if got > most:
        raise Failed(f"{what}: {got:.5g}, more than {most}")


if __name__ == "__main__":
    sys.exit(main())

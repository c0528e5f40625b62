#!/usr/bin/env python3
"""Landings that nothing tells but memory out of sight: `record --verify` gives them words that do, and then the trace
replays right without a hash of all memory.

    corrected_landings.py --mecrr MECRR --far-counter PROGRAM --without-hashes TOOL
"""

import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
from recorded import processes  # noqa: E402  (after the path that finds it)
from recorded.comparing import Failed  # noqa: E402
from recorded.mecrr import parse_options, replay  # noqa: E402

VERIFIED = re.compile(rb"verified: (\d+) landings, [\d,]+ ambiguous, (\d+) corrected; "
                      rb"wrong without memory compared: (\d+) before, (\d+) after")
LIMIT_S = 120


def main():
    options = parse_options(__doc__, far_counter="", without_hashes="")
    try:
        with tempfile.TemporaryDirectory(prefix="mecrr-corrected-") as name:
            corrects(options, pathlib.Path(name))
    except (Failed, processes.Hung, subprocess.TimeoutExpired) as problem:
        print(problem)
        return 1
    return 0


def expect(holds, complaint):
    if not holds:
        raise Failed(complaint)


def corrects(options, folder):
    trace = folder / "trace.pb"
    command = [options.mecrr, "record", "-q", "--verify", "-o", trace, "--", options.far_counter]
    recorded = subprocess.run(command, capture_output=True, timeout=LIMIT_S, check=False)
    print(recorded.stderr.decode(errors="replace"))
    expect(recorded.returncode == 0, f"the recording: {recorded.returncode}")
    found = VERIFIED.search(recorded.stderr)
    expect(found is not None, "nothing was wrong without memory compared")
    landings, corrected, before, after = (int(number) for number in found.groups())
    expect(0 < corrected <= landings, f"{corrected} of {landings} corrected")
    expect(before > 0, "none was wrong before")
    expect(after == 0, f"{after} are wrong after")
    expect([entry.name for entry in folder.iterdir()] == ["trace.pb"], "something lies beside the trace")

    as_recorded(options, trace, folder, recorded.stdout, "with hashes")
    subprocess.run([options.without_hashes, trace], timeout=LIMIT_S, check=True)
    as_recorded(options, trace, folder, recorded.stdout, "without hashes")


def as_recorded(options, trace, folder, stdout, name):
    replayed = replay(options.mecrr, trace, folder, LIMIT_S)
    expect(replayed.end == "exit 0", f"{name}: {replayed.end}: {replayed.stderr.decode(errors='replace')}")
    expect(replayed.stdout == stdout, f"{name}: {replayed.stdout} instead of {stdout}")


sys.exit(main())

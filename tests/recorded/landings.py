#!/usr/bin/env python3
"""Programs that are interrupted while they compute, hundreds of times each: a recording compares all memory at its
landings, and what is recorded without that replays the same.

    landings.py --mecrr MECRR --programs FOLDER CASE

CASE is a program of tests/programs/landing/, an interpreter (python3, perl, node), or `ends`: a Ctrl-C ends a replay where
the program was.
"""

import argparse
import os
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
from recorded import interrupted, processes  # noqa: E402  (after the path that finds it)
from recorded.comparing import Failed  # noqa: E402
from recorded.mecrr import replay  # noqa: E402

VERIFIED = re.compile(r"verified: ([\d,]+) landings, [\d,]+ ambiguous, [\d,]+ corrected(?:; .* (\d+) after)?")
LIMIT_S = 240
LOOP = "int main(void) { for (volatile long n = 0;; n++) ; }\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--mecrr", required=True, type=os.path.abspath)
    parser.add_argument("--programs", required=True, type=os.path.abspath)
    parser.add_argument("case")
    options = parser.parse_args()
    try:
        with tempfile.TemporaryDirectory(prefix="mecrr-landings-") as name:
            run(options, pathlib.Path(name))
    except (Failed, processes.Hung, subprocess.TimeoutExpired) as problem:
        print(problem)
        return 1
    return 0


def run(options, folder):
    if options.case == "ends":
        return ends_where_it_was(options.mecrr, folder)
    command = interrupted.commands(options.programs)[options.case]
    verifies(options.mecrr, folder, command, interrupted.wanted(options.case))
    if options.case in interrupted.INTERPRETERS:
        replays(options.mecrr, folder, interrupted.commands(options.programs, share=4)[options.case])


def expect(holds, complaint):
    if not holds:
        raise Failed(complaint)


def record(mecrr, folder, command, *more):
    arguments = [mecrr, "record", "-q", "-f", *more, "-o", folder / "trace.pb", "--", *command]
    done = subprocess.run(arguments, capture_output=True, timeout=LIMIT_S, check=False)
    said = done.stderr.decode(errors="replace")
    print(said)
    expect(done.returncode == 0, f"recording {more}: {done.returncode}: {said}")
    return done.stdout, said


def verifies(mecrr, folder, command, wanted):
    """What a recording says that compares all memory."""
    _, said = record(mecrr, folder, command, "--verify")
    landings = VERIFIED.search(said)
    expect(landings is not None, "it has not been verified")
    expect(int(landings[1].replace(",", "")) >= wanted, f"too few: {landings[0]}")
    expect(landings[2] in (None, "0"), f"landings that only memory tells are left: {landings[0]}")


def replays(mecrr, folder, command):
    """What is recorded without that."""
    stdout, _ = record(mecrr, folder, command)
    replayed = replay(mecrr, folder / "trace.pb", folder, LIMIT_S)
    expect(replayed.end == "exit 0", f"the replay's end: {replayed.end}: {replayed.stderr}")
    expect(replayed.stdout == stdout, f"the replay's output: {replayed.stdout} instead of {stdout}")


def ends_where_it_was(mecrr, folder):
    (folder / "loop.c").write_text(LOOP)
    subprocess.run(["gcc", "-O1", "-o", folder / "loop", folder / "loop.c"], check=True)
    command = ["timeout", "-s", "TERM", "1", folder / "loop"]
    recorded = subprocess.run([mecrr, "record", "-q", "-o", folder / "loop.pb", "--", *command], timeout=LIMIT_S, check=False)
    expect(recorded.returncode == 124, f"timeout gave {recorded.returncode}")
    lines = subprocess.run([mecrr, "dump", "--json", folder / "loop.pb"], capture_output=True, timeout=LIMIT_S, check=True)
    deaths = [line for line in lines.stdout.splitlines() if b"SIGTERM" in line and b'"landing"' in line]
    last = b"\n".join(lines.stdout.splitlines()[-12:]).decode(errors="replace")
    expect(len(deaths) == 1, f"its death has no place: {last}")
    replayed = replay(mecrr, folder / "loop.pb", folder, LIMIT_S)
    expect(replayed.end == "exit 0", f"the replay's end: {replayed.end}")


sys.exit(main())

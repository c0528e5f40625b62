#!/usr/bin/env python3
"""Runs one program of tests/programs natively, recorded, and replayed with program and libraries gone.

    run_program.py --source SOURCE [--mode native|record|replay-elsewhere] [--mecrr MECRR] PROGRAM

Each mode includes the ones before it. What the source says at its head is what is expected:
    // expect: signal SIGSEGV    how it ends (default: exit 0)
    // output: varies            stdout is not the same in each run; a replay's is its recording's
    // needs: pty                stdin is a terminal
    // warns: io_uring           the recorder says one line about each call of this kind
Exit status: 0 as expected, 1 not (stdout tells what), 77 when the program says that it cannot run here.
"""

import argparse
import os
import pathlib
import re
import shutil
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from recorded import processes  # noqa: E402  (after the path that finds it)
from recorded.comparing import Failed, expect, shown  # noqa: E402
from recorded.mecrr import record, replays_elsewhere  # noqa: E402

LIMIT_S = {"native": 30, "record": 60, "replay": 60}
SKIPPED = 77


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--mode", choices=["native", "record", "replay-elsewhere"], default="native")
    parser.add_argument("--mecrr", type=os.path.abspath)
    parser.add_argument("--source", required=True)
    parser.add_argument("program")
    options = parser.parse_args()
    wanted = declared(options.source)
    with tempfile.TemporaryDirectory(prefix="mecrr-program-") as folder:
        try:
            check(pathlib.Path(folder), options, wanted)
        except (Failed, processes.Hung) as problem:
            print(f"{options.source}: {problem}")
            return 1
        except Skipped as why:
            print(why)
            return SKIPPED
    return 0


class Skipped(Exception):
    pass


def declared(source):
    head = re.findall(r"^// (expect|output|needs|warns): (.+)$", pathlib.Path(source).read_text(),
                      re.MULTILINE)
    return {"expect": "exit 0", "output": "same", "needs": "", "warns": ""} | dict(head)


def check(folder, options, wanted):
    program = folder / "bin" / pathlib.Path(options.program).name
    program.parent.mkdir()
    shutil.copy(options.program, program)
    trace = folder / "trace.pb"

    native = run("native", folder, [program], wanted)
    if native.end == f"exit {SKIPPED}":
        raise Skipped(native.stdout.decode())
    expect("native end", native.end, wanted["expect"], native)
    if not native.stdout.endswith(b"ok\n"):
        raise Failed(f"does not print ok: {shown(native)}")
    if options.mode == "native":
        return

    recorded = run("record", folder, record(options.mecrr, trace, [program]), wanted)
    recorded = without_warning(recorded, wanted["warns"])
    expect("end when recorded", recorded.end, wanted["expect"], recorded)
    if wanted["output"] == "same":
        expect("stdout when recorded", recorded.stdout, native.stdout, recorded)
        if not wanted["warns"]:
            expect("stderr when recorded", recorded.stderr, native.stderr, recorded)
    if options.mode == "record":
        return

    shutil.rmtree(program.parent)
    for replayed in replays_elsewhere(options.mecrr, trace, folder, LIMIT_S["replay"]):
        expect("end of the replay", replayed.end, "exit 0", replayed)
        expect("stdout of the replay", replayed.stdout, recorded.stdout, replayed)
        expect("stderr of the replay", replayed.stderr, recorded.stderr, replayed)


def run(mode, folder, arguments, wanted):
    """Runs in an empty directory, which is gone afterwards."""
    cwd = folder / "cwd"
    cwd.mkdir()
    environment = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": str(cwd), "TMPDIR": str(cwd)}
    environment |= {name: os.environ[name] for name in os.environ if name.startswith("ASAN_OPTIONS")}
    try:
        return processes.run(arguments, cwd=cwd, limit_s=LIMIT_S[mode], environment=environment,
                             terminal=wanted["needs"] == "pty")
    finally:
        shutil.rmtree(cwd)


def without_warning(outcome, word):
    """Takes the recorder's lines about what it refused out of stderr: at least one, each with the word, none twice."""
    if not word:
        return outcome
    kept = [line for line in outcome.stderr.splitlines(True) if not line.startswith(b"mecrr: ")]
    said = [line for line in outcome.stderr.splitlines(True) if line.startswith(b"mecrr: ")]
    if not said or len(set(said)) != len(said) or any(word.encode() not in line for line in said):
        raise Failed(f"the recorder should have said one line for each {word} call: {shown(outcome)}")
    return outcome._replace(stderr=b"".join(kept))


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Runs one case natively, recorded, and replayed with the program, its libraries and its files gone.

    run_case.py --mecrr MECRR NAME      exit status 0 if all is as it must be; else stdout tells what is not
    run_case.py --native NAME           only runs it natively, and shows what it writes
    run_case.py --list                  names and seconds that one of its three runs may take
    run_case.py --keep FOLDER …         leaves trace, outputs and files in FOLDER
"""

import argparse
import contextlib
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
from cases import CASES  # noqa: E402  (after the path that finds it)
from recorded import processes  # noqa: E402
from recorded.comparing import Failed, expect, masked, shown  # noqa: E402
from recorded.mecrr import record, replays_elsewhere  # noqa: E402


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--mecrr", type=os.path.abspath)
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--keep")
    parser.add_argument("--native", action="store_true")
    parser.add_argument("name", nargs="?", choices=sorted(CASES))
    options = parser.parse_args()
    if options.list:
        print("\n".join(f"{case.name} {case.limit_s}" for case in CASES.values()))
        return 0
    try:
        with folder_for(options.keep) as folder:
            check(CASES[options.name], pathlib.Path(folder), None if options.native else options.mecrr)
    except (Failed, processes.Hung) as problem:
        print(f"{options.name}: {problem}")
        return 1
    return 0


def folder_for(keep):
    if not keep:
        return tempfile.TemporaryDirectory(prefix="mecrr-recorded-")
    pathlib.Path(keep).mkdir(parents=True)
    return contextlib.nullcontext(keep)


def check(case, folder, mecrr):
    trace = folder / "trace.pb"
    prepare(case, folder)
    native = run(case, folder, case.command)
    expect("end of the native run", native.end, case.ends, native)
    if mecrr is None:
        print(shown(native))
        return

    recorded = run(case, folder, record(mecrr, trace, case.command))
    expect("end of the recorded run", recorded.end, case.ends, recorded)
    for name in ("stdout", "stderr"):
        expect(f"{name} of the recorded run", masked(getattr(recorded, name), case.varies),
               masked(getattr(native, name), case.varies), recorded)

    shutil.rmtree(folder / "prepared")
    for replayed in replays_elsewhere(mecrr, trace, folder, case.limit_s):
        expect("end of the replay", replayed.end, "exit 0", replayed)
        for name in ("stdout", "stderr"):
            expect(f"{name} of the replay", getattr(replayed, name), getattr(recorded, name), replayed)
    print(f"native {native.seconds:.2f} s, recorded {recorded.seconds:.2f} s, replayed {replayed.seconds:.2f} s, "
          f"trace {trace.stat().st_size:,} bytes")


def prepare(case, folder):
    """Makes folder/prepared, which each run gets a copy of."""
    prepared = folder / "prepared"
    prepared.mkdir()
    done = subprocess.run(["bash", "-e", "-c", case.setup], cwd=prepared,
                          env=environment(case, prepared) | {"INPUTS": str(HERE / "inputs")},
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if done.returncode != 0:
        raise Failed(f"its setup failed: {done.stdout.decode(errors='replace')}")


def run(case, folder, command):
    """Runs in folder/work, each time a fresh copy of folder/prepared, which is gone afterwards."""
    work = folder / "work"
    shutil.copytree(folder / "prepared", work, symlinks=True)
    try:
        return processes.run(command, cwd=work, limit_s=case.limit_s, environment=environment(case, work),
                             terminal=case.terminal)
    finally:
        shutil.rmtree(work)


def environment(case, work):
    plain = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": str(work), "TMPDIR": str(work), "TERM": "dumb"}
    return plain | case.environment


if __name__ == "__main__":
    sys.exit(main())

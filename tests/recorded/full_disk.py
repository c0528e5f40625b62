#!/usr/bin/env python3
"""A disk that gets full while recording: the program goes on unharmed, mecrr says so, and the trace is good.

    full_disk.py --mecrr MECRR      exit status 77 where no file system can be mounted
"""

import pathlib
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
from recorded import mount_namespace, processes  # noqa: E402  (after the path that finds it)
from recorded.comparing import Failed, expect, shown  # noqa: E402
from recorded.mecrr import parse_options, record, replay  # noqa: E402

DISK_BYTES = 16 << 20
# After the disk is full the program still writes, reads, and starts others.
PROGRAM = """
import os, subprocess, sys
for number in range(300):
    with open("data", "wb") as file:
        file.write(os.urandom(100000))
    with open("data", "rb") as file:
        print(number, len(file.read()), flush=True)
print(subprocess.run(["echo", "from a child"], capture_output=True, text=True).stdout, end="")
print("to stderr", file=sys.stderr)
sys.exit(5)
"""


def main():
    options = parse_options(__doc__)
    if not mount_namespace.available():
        print("skipped: no right to mount a file system")
        return 77
    try:
        with tempfile.TemporaryDirectory(prefix="mecrr-full-") as folder:
            check(options.mecrr, pathlib.Path(folder))
    except (Failed, processes.Hung) as problem:
        print(problem)
        return 1
    return 0


def check(mecrr, folder):
    disk, work, kept = folder / "disk", folder / "work", folder / "kept.pb"
    disk.mkdir()
    work.mkdir()
    program = ["/usr/bin/python3", "-c", PROGRAM]
    native = processes.run(program, cwd=work, limit_s=30)

    # The disk ends with the namespace: what is on it is copied while a shell still holds it.
    recording = record(mecrr, disk / "trace.pb", program)
    recorded = processes.run(
        [sys.executable, "-B", mount_namespace.__file__, disk, str(DISK_BYTES), "sh", "-c",
         'kept=$1; shift; "$@"; status=$?; cp "$0" "$kept"; exit $status', disk / "trace.pb", kept, *recording],
        cwd=work, limit_s=60)
    expect("the program's stdout", recorded.stdout, native.stdout, recorded)
    said = [line for line in recorded.stderr.decode().splitlines() if line.startswith("mecrr: ")]
    if len(said) != 1 or "No space left on device" not in said[0] or "trace.pb" not in said[0]:
        raise Failed(f"mecrr should say one line, of the file and that no space is left: {shown(recorded)}")
    if "to stderr" not in recorded.stderr.decode().splitlines():
        raise Failed(f"the program's stderr is lost: {shown(recorded)}")
    expect("exit status, the program's", recorded.end, native.end, recorded)

    replayed = replay(mecrr, kept, folder)
    expect("end of the replay", replayed.end, "exit 0", replayed)
    print(f"{kept.stat().st_size:,} bytes hold {replayed.stdout.count(bytes([10]))} of 301 lines")
    if not native.stdout.startswith(replayed.stdout) or not replayed.stdout:
        raise Failed(f"the replay should write the first lines of the program: {shown(replayed)}")
    if replayed.stdout == native.stdout:
        raise Failed("the disk was large enough for all; so nothing is shown")


if __name__ == "__main__":
    sys.exit(main())

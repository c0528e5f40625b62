#!/usr/bin/env python3
"""Random damage to a real trace: mecrr says what is wrong, and neither crashes nor hangs.

`info` looks at the whole file and must notice, unless the damaged file decompresses to the same (LZ4 can say one thing
in several ways). `dump` and `replay` notice, or need nothing of what is damaged and give what the good trace gives.

    damaged_traces.py --mecrr MECRR [--seed N] [--times 1000]
"""

import pathlib
import random
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
from recorded import processes  # noqa: E402  (after the path that finds it)
from recorded.comparing import Failed  # noqa: E402
from recorded.mecrr import parse_options, record  # noqa: E402

LIMIT_S = 30
INFO, DUMP, REPLAY = ("info",), ("dump",), ("replay", "--batch")
COMMANDS = {INFO: 1, DUMP: 10, REPLAY: 20}  # each is run on one in so many damaged traces
COMMAND = ["bash", "-c", "ls /; (echo subshell; seq 1 2000 | sort -r | tail -1) 2>&1"]


def main():
    options = parse_options(__doc__, seed=0, times=1000)
    seed = options.seed or random.SystemRandom().randrange(1, 10**9)
    print(f"seed {seed}")
    chance = random.Random(seed)
    processes.become_subreaper()
    try:
        with tempfile.TemporaryDirectory(prefix="mecrr-damaged-") as folder:
            folder = pathlib.Path(folder)
            trace = folder / "trace.pb"
            processes.run(record(options.mecrr, trace, COMMAND), cwd=folder, limit_s=60)
            good = {command: run(options.mecrr, command, trace).stdout for command in COMMANDS}
            for number in range(options.times):
                damage = make_damage(chance, trace.read_bytes())
                try_all(options.mecrr, folder, number, damage, good)
    except (Failed, processes.Hung) as problem:
        print(problem)
        return 1
    return 0


def make_damage(chance, good):
    """(what was done, the damaged bytes); never nothing"""
    while True:
        at = chance.randrange(len(good))
        kind = chance.choice(["cut", "flip", "overwrite", "remove", "repeat", "zero"])
        size = min(chance.choice([1, 2, 4, 8, 100, 5000]), len(good) - at)
        head, middle, tail = good[:at], good[at:at + size], good[at + size:]
        damaged = {
            "cut": lambda: head,
            "flip": lambda: head + bytes([middle[0] ^ (1 << chance.randrange(8))]) + middle[1:] + tail,
            "overwrite": lambda: head + chance.randbytes(size) + tail,
            "remove": lambda: head + tail,
            "repeat": lambda: head + middle + middle + tail,
            "zero": lambda: head + bytes(size) + tail,
        }[kind]()
        if damaged != good:
            return f"{kind} {size} at {at} of {len(good)}", damaged


def try_all(mecrr, folder, number, damage, good):
    what, damaged = damage
    path = folder / "damaged.pb"
    path.write_bytes(damaged)
    for command, every in COMMANDS.items():
        if number % every != 0:
            continue
        done = run(mecrr, command, path)
        told = done.stderr.startswith(b"mecrr: ")
        unconcerned = not told and done.returncode == 0 and \
            (done.stdout == good[command] if command != INFO else unpacked(path) == unpacked(folder / "trace.pb"))
        if not 0 <= done.returncode <= 3 or not (told or unconcerned):
            shutil.copy(path, "/tmp/mecrr-damaged.pb")
            raise Failed(f"{what}: {' '.join(command)} ended with {done.returncode}, and said: {done.stderr[-2000:]!r}"
                         "\n(the damaged trace is /tmp/mecrr-damaged.pb)")


def unpacked(trace):
    done = subprocess.run(["lz4", "-dc", trace], capture_output=True, check=False)
    return done.returncode, done.stdout


def run(mecrr, command, trace):
    try:
        return subprocess.run([mecrr, *command, trace], capture_output=True, timeout=LIMIT_S,
                              stdin=subprocess.DEVNULL, check=False)
    except subprocess.TimeoutExpired:
        raise Failed(f"{' '.join(command)} did not end within {LIMIT_S} s") from None


if __name__ == "__main__":
    sys.exit(main())

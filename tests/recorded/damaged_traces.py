#!/usr/bin/env python3
"""Random damage to a real trace: mecrr says what is wrong, and neither crashes nor hangs.

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
            for number in range(options.times):
                damage = make_damage(chance, trace.read_bytes())
                try_all(options.mecrr, folder, number, *damage)
    except Failed as problem:
        print(problem)
        return 1
    return 0


def make_damage(chance, good):
    """(what was done, the damaged bytes)"""
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
    return f"{kind} {size} at {at} of {len(good)}", damaged, damaged == good


def try_all(mecrr, folder, number, what, damaged, unharmed):
    if unharmed:
        return  # zeros over zeros
    path = folder / "damaged.pb"
    path.write_bytes(damaged)
    commands = [["info"]]
    if number % 10 == 0:
        commands.append(["dump"])
    if number % 20 == 0:
        commands.append(["replay", "--batch"])
    for command in commands:
        try:
            judge(what, command, subprocess.run([mecrr, *command, path], capture_output=True, timeout=LIMIT_S,
                                                stdin=subprocess.DEVNULL, check=False))
        except subprocess.TimeoutExpired:
            raise Failed(f"{what}: {' '.join(command)} did not end within {LIMIT_S} s") from None
        except Failed:
            shutil.copy(path, "/tmp/mecrr-damaged.pb")
            raise


def judge(what, command, done):
    told = done.stderr.decode(errors="replace")
    if not 0 <= done.returncode <= 3 or not told.startswith("mecrr: "):
        raise Failed(f"{what}: {' '.join(command)} ended with {done.returncode}, and said: {told[-2000:]!r}\n"
                     "(the damaged trace is /tmp/mecrr-damaged.pb)")


if __name__ == "__main__":
    sys.exit(main())

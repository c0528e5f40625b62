#!/usr/bin/env python3
"""A program with a race: --chaos makes it go wrong, a plain recording hardly ever does, and what went wrong replays.

    race.py --mecrr MECRR --program PROGRAM

What must not happen by chance: with the rates of docs/chaos.md (a plain run hits in fewer than 1 of 200, one with chaos in
more than 1 of 6) each of the two checks fails less than once in a million times.
"""

import pathlib
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
from recorded import processes  # noqa: E402  (after the path that finds it)
from recorded.comparing import Failed, expect  # noqa: E402
from recorded.mecrr import parse_options, record, replay  # noqa: E402

RACE_HIT, OK = "exit 42", "exit 0"
PLAIN_RUNS, MOST_PLAIN_HITS, MOST_CHAOS_RUNS, REPLAYS = 10, 3, 80, 20
LIMIT_S = 60


def main():
    options = parse_options(__doc__, program="")
    try:
        with tempfile.TemporaryDirectory(prefix="mecrr-race-") as name:
            folder = pathlib.Path(name)
            hits = sum(is_hit(run(options, folder)) for _ in range(PLAIN_RUNS))
            if hits > MOST_PLAIN_HITS:
                raise Failed(f"{hits} of {PLAIN_RUNS} plain recordings hit the race")
            replays_the_same(options, folder, find_hit(options, folder))
    except (Failed, processes.Hung) as problem:
        print(problem)
        return 1
    return 0


def run(options, folder, *way):
    (folder / "trace.pb").unlink(missing_ok=True)
    command = record(options.mecrr, folder / "trace.pb", [options.program])
    command[2:2] = way
    return processes.run(command, cwd=folder, limit_s=LIMIT_S)


def is_hit(outcome):
    if outcome.end not in (RACE_HIT, OK):
        expect("end of the recording", outcome.end, OK, outcome)
    return outcome.end == RACE_HIT


def find_hit(options, folder):
    """Leaves its trace."""
    for seed in range(MOST_CHAOS_RUNS):
        recorded = run(options, folder, f"--chaos={seed}")
        if is_hit(recorded):
            print(f"hit with seed {seed}")
            return recorded
    raise Failed(f"none of {MOST_CHAOS_RUNS} recordings with chaos hit the race")


def replays_the_same(options, folder, recorded):
    for _ in range(REPLAYS):
        replayed = replay(options.mecrr, folder / "trace.pb", folder, LIMIT_S)
        expect("end of the replay", replayed.end, OK, replayed)
        expect("stdout of the replay", replayed.stdout, recorded.stdout, replayed)


sys.exit(main())

#!/usr/bin/env python3
"""Programs that are interrupted while they compute: a recording verifies its landings, and a Ctrl-C ends a replay where
the program was.

    landings.py --mecrr MECRR --programs FOLDER
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

VERIFIED = re.compile(rb"verified: ([\d,]+) landings")
LIMIT_S = 120
# Every 5 ms, 40 times; a handler of an interpreter runs between two instructions of what it interprets.
PYTHON = """
import signal
count = [0]
def handler(number, frame):
    count[0] += 1
signal.signal(signal.SIGALRM, handler)
signal.setitimer(signal.ITIMER_REAL, 0.005, 0.005)
n = 0
while count[0] < 40:
    n = (n * 31 + len(str(n))) % 1000003
signal.setitimer(signal.ITIMER_REAL, 0)
print(n)
"""
PERL = "use Time::HiRes 'setitimer', 'ITIMER_REAL'; $c = 0; $SIG{ALRM} = sub { $c++ }; " \
       "setitimer(ITIMER_REAL, 0.005, 0.005); while ($c < 40) { $n = ($n * 31 + length($n)) % 1000003 } setitimer(ITIMER_REAL, 0); print $n"
LOOP = "int main(void) { for (volatile long n = 0;; n++) ; }\n"


def main():
    options = parse_options(__doc__, programs="")
    programs = pathlib.Path(options.programs).resolve()
    try:
        with tempfile.TemporaryDirectory(prefix="mecrr-landings-") as name:
            folder = pathlib.Path(name)
            for program in ("memory_word", "registers_recur", "interpreter", "turns_of_four_threads"):
                verifies(options.mecrr, folder, program, [programs / program])
            verifies(options.mecrr, folder, "python3", ["python3", "-S", "-c", PYTHON])
            verifies(options.mecrr, folder, "perl", ["perl", "-e", PERL])
            ends_where_it_was(options.mecrr, folder)
    except (Failed, processes.Hung, subprocess.TimeoutExpired) as problem:
        print(problem)
        return 1
    return 0


def expect(holds, complaint):
    if not holds:
        raise Failed(complaint)


def verifies(mecrr, folder, name, program):
    """Records it twice: to be verified at once, and to be replayed by what is recorded without that."""
    trace = folder / f"{name}.pb"
    command = [mecrr, "record", "-q", "-f", "--verify", "-o", trace, "--", *program]
    done = subprocess.run(command, capture_output=True, timeout=LIMIT_S, check=False)
    print(name, done.stderr.decode(errors="replace"))
    expect(done.returncode == 0, f"{name}: {done.returncode}")
    landings = VERIFIED.search(done.stderr)
    expect(landings is not None, f"{name} has not been verified")
    expect(int(landings[1].replace(b",", b"")) >= 20, f"{name}: {landings[0].decode()}")
    command = [mecrr, "record", "-q", "-f", "-o", trace, "--", *program]
    done = subprocess.run(command, capture_output=True, timeout=LIMIT_S, check=False)
    expect(done.returncode == 0, f"{name}: {done.returncode}")
    replayed = replay(mecrr, trace, folder, LIMIT_S)
    expect(replayed.end == "exit 0", f"{name}: the replay's end: {replayed.end}")


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

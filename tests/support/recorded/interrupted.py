"""Programs that are interrupted while they compute, so that a recording of each lands hundreds of times."""

import pathlib

_WANTED = 200
# Threads that hand a turn to each other do so at the ends of handlers mostly, which are calls; node has many of its own.
_WANTED_OF = {"pause_loop": 100, "node": 100}
# How many moments or signals that takes: not all of them need a landing.
_COUNTS = {"pause_loop": 1500, "turns_of_four_threads": 300, "python3": 240, "perl": 240, "node": 550}

# Interrupted every 3 ms; a handler of an interpreter runs between two instructions of what it interprets.
_PYTHON = """
import signal
count = [0]
def handler(number, frame):
    count[0] += 1
signal.signal(signal.SIGALRM, handler)
signal.setitimer(signal.ITIMER_REAL, 0.003, 0.003)
n = 0
while count[0] < COUNT:
    n = (n * 31 + len(str(n))) % 1000003
signal.setitimer(signal.ITIMER_REAL, 0)
print(n)
"""
_PERL = "use Time::HiRes 'setitimer', 'ITIMER_REAL'; $c = 0; $SIG{ALRM} = sub { $c++ }; " \
       "setitimer(ITIMER_REAL, 0.003, 0.003); while ($c < COUNT) { $n = ($n * 31 + length($n)) % 1000003 } " \
       "setitimer(ITIMER_REAL, 0); print $n"
# SIGUSR2 comes from another process, by tgkill (234) to the thread that computes in code which node has made itself; node
# sees it between two rounds.
_NODE = """
let count = 0, n = 0;
process.on('SIGUSR2', () => count++);
const sends = 'my $to = 0 + $ARGV[0]; select(undef, undef, undef, 0.003) while syscall(234, $to, $to, 12) == 0';
const sender = require('child_process').spawn('perl', ['-e', sends, process.pid]);
function round() {
  for (let i = 0; i < 8000000; i++) n = (n * 31 + (n ^ i) % 7) % 1000003;
  if (count < COUNT) return setImmediate(round);
  console.log(n);
  sender.kill();
}
round();
"""
INTERPRETERS = {
    "python3": ["python3", "-S", "-c", _PYTHON],
    "perl": ["perl", "-e", _PERL],
    "node": ["node", "-e", _NODE],
}
# Those of tests/programs/landing/ that take a number of moments.
PROGRAMS = ("atomic_loop", "globals_unoptimized", "interpreter", "made_code", "memory_word", "pause_loop", "recursion",
            "registers_recur", "signal_stack", "string_moves", "turns_of_four_threads")


def wanted(name):
    """Landings."""
    return _WANTED_OF.get(name, _WANTED)


def commands(folder, share=1):
    """By name, to land wanted() // share times. The programs have been built in `folder`."""
    counts = {name: str(_COUNTS.get(name, _WANTED) // share) for name in (*PROGRAMS, *INTERPRETERS)}
    programs = {name: [str(pathlib.Path(folder) / name), counts[name]] for name in PROGRAMS}
    return programs | {name: [*command[:-1], command[-1].replace("COUNT", counts[name])]
                       for name, command in INTERPRETERS.items()}

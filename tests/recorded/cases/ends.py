"""Programs of our own, compiled before they are recorded; how programs end; what they may do."""

from .case import Case, copied


def compiled(name, source, compiler, **more):
    return Case(name, (f"./{name}",), f"{compiler} -g -o {name} $INPUTS/{source} && ls {name}", **more)


CASES = [
    compiled("static_c", "static.c", "gcc -O2 -static"),
    compiled("cpp", "threads_and_exceptions.cpp", "g++ -O1 -std=c++20 -pthread"),
    compiled("crash", "end.c", "gcc -DEND=crash", ends="signal SIGSEGV"),
    compiled("abort", "end.c", "gcc -DEND=abort", ends="signal SIGABRT"),
    compiled("exception", "uncaught.cpp", "g++ -std=c++20", ends="signal SIGABRT"),
    Case("rights_of_a_group", ("chage", "--help")),  # it has those of shadow, if root records it
    Case("killed", ("bash", "killed.sh"), copied("killed.sh"), ends="signal SIGKILL"),
    Case("child_killed", ("bash", "child_killed.sh"), copied("child_killed.sh"), ends="exit 143"),
]

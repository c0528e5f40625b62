"""Compilers, make, git, gdb."""

from .case import Case, copied, shell

GIT = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null"} | {
    f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "A"), ("EMAIL", "a@example.org"), ("DATE", "2024-01-01T00:00:00Z"))}

CASES = [
    Case("gcc", shell("gcc -O2 -g -c interpreter.c -o interpreter.o && gcc interpreter.o -o interpreter && "
                      "./interpreter && md5sum interpreter.o"), copied("project/interpreter.c")),
    Case("gcc_cpp", shell("g++ -O2 -std=c++20 -pthread threads_and_exceptions.cpp -o program && ./program"),
         copied("threads_and_exceptions.cpp"), limit_s=120),
    Case("make", shell("make -j2 --no-print-directory 2>&1 | sort && ./calculator '2*(3+4)' && make -q"),
         copied("project") + "\nmv project/* . && rmdir project", limit_s=120),
    Case("git", shell("git init -q -b main repository && cd repository && cp -r ../tree . && git add . && "
                      "git commit -q -m first && echo more >>tree/time.h && git commit -q -a -m second && "
                      "git log --stat && git clone -q . ../cloned && git -C ../cloned rev-parse HEAD && "
                      "git -C ../cloned status --short && git fsck --no-progress"),
         "cp -r /usr/include/linux/netfilter tree && cp /usr/include/time.h tree/", environment=GIT, limit_s=120),
    Case("gdb_version", ("gdb", "--version")),
]

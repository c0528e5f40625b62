"""Rows of bench/run that are no test: each stresses one thing, or is larger than a test may be."""

import pathlib

from cases.case import Case, shell

PROGRAMS = pathlib.Path(__file__).resolve().parent / "programs"
SQL = ("create table t(a integer primary key, b text, c real);"
       "with recursive n(i) as (select 1 union all select i + 1 from n where i < 400000)"
       " insert into t select i, 'row ' || i, i * 0.5 from n;"
       "create index byb on t(b); select count(*), sum(c) from t where b like 'row 1%';")


def program(name, flags=""):
    return Case(name, (f"./{name}",), f"gcc -O2 {PROGRAMS / name}.c -o {name} {flags}")


JAVA = """public class Sums {
    static long sum(int me) { long s = me; for (long i = 0; i < 1200000000L; i++) s = s * 31 + i; return s; }
    public static void main(String[] arguments) throws Exception {
        Thread[] threads = new Thread[4];
        long[] sums = new long[4];
        for (int i = 0; i < 4; i++) { int me = i; threads[i] = new Thread(() -> sums[me] = sum(me)); threads[i].start(); }
        for (Thread thread : threads) thread.join();
        System.out.println(sums[0] + sums[1] + sums[2] + sums[3]);
    }
}"""
PYTHON_THREADS = ("import threading\n"
                  "def work(n, out):\n    s = n\n    for i in range(3000000): s = (s * 31 + i) % 1000003\n    out[n] = s\n"
                  "out = [0] * 4\nthreads = [threading.Thread(target=work, args=(n, out)) for n in range(4)]\n"
                  "[t.start() for t in threads]; [t.join() for t in threads]; print(out)")
LIBRARIES = "cat /usr/lib/x86_64-linux-gnu/libc.so.6{,,,,} >data"

# Threads of one process, which take turns when they are recorded: natively on one core, too.
ONE_CORE = [
    program("matrix", "-pthread"),
    Case("xz_four_threads", shell("xz -T4 --block-size=1MiB -k -1 data"), LIBRARIES),
    Case("python_threads_sum", ("/usr/bin/python3", "-c", PYTHON_THREADS)),
    Case("sort_parallel", shell("sort --parallel=4 -S 200M data | tail -1"),
         "awk 'BEGIN { srand(1); for (i = 0; i < 3000000; i++) print rand() }' >data"),
    Case("java_threads", ("java", "-Xmx256m", "-cp", ".", "Sums"), f"cat >Sums.java <<'end'\n{JAVA}\nend\njavac Sums.java"),
]

ROWS = [
    *ONE_CORE,
    program("compute"),
    program("read_zero"),
    program("clock"),
    program("mutex", "-pthread"),
    program("spin", "-pthread"),
    Case("python_sum", ("/usr/bin/python3", "-c", "print(sum(i * i % 7 for i in range(4000000)))")),
    Case("bash_100_true", shell("for i in $(seq 100); do /bin/true; done")),
    Case("make_100", shell("make -s -j2"),
         "for i in $(seq 100); do sed s/NUMBER/$i/ >file$i.c <<'end'\n"
         "#include <stdio.h>\n#include <stdlib.h>\nint fNUMBER(int n) { char b[64]; snprintf(b, sizeof b, \"%d\", n);\n"
         "return atoi(b) + NUMBER; }\nend\ndone\n"
         "printf 'all: %s\\n%%.o: %%.c\\n\\tgcc -O1 -c $< -o $@\\n' \"$(seq -f 'file%g.o' -s ' ' 100)\" >Makefile",
         limit_s=180),
    Case("sqlite3_400k", ("sqlite3", "data", SQL)),
    Case("xz_one_thread", shell("xz -T1 -k -3 data"), LIBRARIES),
    Case("find_usr_lib", shell("find /usr/lib | wc -l")),
    Case("tar_usr_include", shell("tar -cf - /usr/include 2>/dev/null | wc -c")),
    Case("git_log_stat", shell("git -C repository log --stat | tail -1"),
         "git init -q repository && cd repository && git config user.email a@b.c && git config user.name a && "
         "for i in $(seq 150); do for j in 1 2 3 4 5; do seq $((i * j)) $((i * j + 300)) >file$j; done; "
         "git add . && git commit -q -m \"commit $i\"; done && git gc -q"),
]

#!/usr/bin/env python3
"""The shell of mecrr replay, fed by scripts."""

import re

from asked import holds, main, same

HELLO = r"""
#include <stdio.h>
#include <string.h>
#include <unistd.h>
static int twice(int n) { return n * 2; }
int main(void) {
  const char *text = "hello\n";
  int sum = 0;
  for (int i = 0; i < 4; i++) sum += twice(i);
  if (write(1, text, strlen(text)) < 0) return 1;
  printf("sum %d\n", sum);
  return 3;
}
"""

FORKS = r"""
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
__attribute__((noinline)) void both(const char *who) { if (write(1, who, 2) < 0) exit(1); }
int main(void) {
  pid_t child = fork();
  if (child == 0) { both("c\n"); _exit(0); }
  waitpid(child, NULL, 0);
  both("p\n");
  return 0;
}
"""

COUNTS = r"""
#include <stdio.h>
int counter, flag;
signed char letter;
__attribute__((noinline)) int nth_call(long n) { return n >= 299; }
int main(void) {
  for (long i = 0; i < 100000; i++) {
    counter++;
    letter = (signed char)i;
    flag = nth_call(i);
  }
  return 0;
}
"""


def recorded(mecrr, source):
    program = mecrr.program("program", source)
    mecrr.run("record", "-q", program)
    return program


def script(mecrr, *lines, status=0):
    done = mecrr.run("replay", "trace.pb", stdin="\n".join(lines) + "\n")
    same(f"status of {lines}", (done.returncode, done.stderr if status == 0 else ""), (status, ""))
    return done


def test_starts_at_the_first_instruction(mecrr):
    recorded(mecrr, HELLO)
    done = script(mecrr, "when")
    holds("at the start", done.stdout, "=> 0x", "next event 1", "event 1 of", "on its way to the event")
    same("the program has written nothing", "hello" in done.stdout, False)


def test_the_end_of_the_script_ends_it(mecrr):
    recorded(mecrr, HELLO)
    same("quit", script(mecrr, "quit", "continue").stdout.count("hello"), 0)
    same("no newline at the end", mecrr.run("replay", "trace.pb", stdin="continue").stdout.count("hello"), 1)


def test_continue_shows_what_the_program_wrote_and_ends(mecrr):
    recorded(mecrr, HELLO)
    done = script(mecrr, "continue", "continue", "when")
    holds("continue", done.stdout, "hello\n", "sum 12\n", "the recording ends here, after ", "all processes have ended",
          "the recording ends here", "at the end, after ")


def test_breakpoints_wait_for_their_library(mecrr):
    recorded(mecrr, HELLO)
    done = script(mecrr, "break main", "b printf", "info breakpoints", "c", "bt", "c", "info b", "c")
    holds("breaks", done.stdout, "breakpoint 1 at 0x", "<main>", "breakpoint 2 waits", "waits for its code",
          "breakpoint 1, 0x", "<main>", "#0 ", " in main at ", "program.c:6", "hello\n", "breakpoint 2, 0x", "printf",
          "main, hit 1 time\n", "printf, hit 1 time\n", "sum 12", "the recording ends here")


def test_a_breakpoint_on_a_misspelt_name_is_told_at_the_end(mecrr):
    recorded(mecrr, HELLO)
    holds("the end", script(mecrr, "break mian", "c").stdout, "the recording ends here",
          "breakpoint 1 has waited in vain: nothing that was loaded has 'mian'")


def test_a_breakpoint_in_a_function_is_hit_each_time(mecrr):
    recorded(mecrr, HELLO)
    done = script(mecrr, "break twice", "continue 3", "info breakpoints", "delete 1", "info breakpoints", "c")
    same("hits before it is deleted", done.stdout.count("breakpoint 1, 0x"), 3)
    holds("then", done.stdout, "hit 3 times", "no breakpoints", "hello")


def test_a_condition_is_looked_at_each_time(mecrr):
    recorded(mecrr, COUNTS)
    done = script(mecrr, "break main", "c", "break nth_call if $rdi == 77777", "c", "info registers rdi", "info breakpoints", "c")
    holds("the hit", done.stdout, "breakpoint 2 at 0x", "<nth_call>, if $rdi == 77777\n", "breakpoint 2, 0x", "<nth_call>, process",
          "rdi       0x0000000000012fd1  77777", "nth_call if $rdi == 77777, hit 1 time\n", "the recording ends here")


def test_conditions_tell_of_registers_memory_and_variables(mecrr):
    recorded(mecrr, COUNTS)
    for condition, rdi in [("counter == 5000", 4999), ("*(int*)counter==5000", 4999), ("*counter == 5000 && $rdi != 1", 4999),
                           ("5000 == counter", 4999), ("(counter == 5000)", 4999), ("letter == -2", 254),
                           ("*(signed char *) &letter == 0xfe", 254), ("letter == 'a'", 97), ("$rdi > 98", 99), ("$rdi >= 98 && $rdi < 100", 98),
                           ("flag", 300), ("$rdi", 1), ("*(long*)($rsp+0) != 0", 0),
                           ("$rip == nth_call && $rdi <= 10 && letter > 4", 5)]:
        done = script(mecrr, "break main", "c", f"break nth_call if {condition}", "c", "info registers rdi")
        same(condition, re.findall(r"rdi +0x\w+  (\d+)", done.stdout), [str(rdi)])


def test_the_nth_time_is_counted_to(mecrr):
    recorded(mecrr, COUNTS)
    done = script(mecrr, "break nth_call", "c", "ignore 1 4710", "info breakpoints", "c", "x/dw &counter", "info breakpoints",
                  "ignore 1 0", "c", "ignore 1 1000000", "c", "info breakpoints")
    holds("counts", done.stdout, "breakpoint 1 is passed 4,710 times", "nth_call, hit 1 time, to be passed 4,710 times more",
          "<counter>:  4712", "nth_call, hit 4,712 times\n", "breakpoint 1 stops the next time", "the recording ends here",
          "hit 100,000 times")


def test_conditions_come_and_go(mecrr):
    recorded(mecrr, COUNTS)
    done = script(mecrr, "b nth_call", "b *nth_call if $rdi == 2", "condition 1 $rdi == 1", "c", "condition 1", "c", "condition 2",
                  "c", "info b", "d", "c")
    holds("stops", done.stdout, "breakpoint 1, 0x", "breakpoint 1 has no condition any more", "breakpoints 1 and 2, 0x",
          "breakpoint 2 has no condition any more", "breakpoints 1 and 2, 0x", "nth_call, hit 3 times\n", "*nth_call, hit 2 times\n",
          "the recording ends here")


def test_conditions_that_are_not_understood_are_told(mecrr):
    recorded(mecrr, COUNTS)
    asked = {"break nth_call if": "is missing", "break if $rax == 1": "where to stop", "break nth_call if $eax == 1": "$eax",
             "break nth_call if 1 == 1": "two numbers", "break nth_call if $rax = 1": "equality is ==", "break nth_call if 5": "compared with nothing",
             "break nth_call if $rax == 1 || $rbx == 1": "joined by && only", "break nth_call if $rax == 1 &&": "a comparison is missing",
             "break nth_call if *(float*)counter == 1": "no type", "break nth_call if letter == 300": "300 does not fit into 1 byte",
             "break nth_call if nosuch == 1": "no symbol 'nosuch'", "break nth_call if $rax + $rbx == 1": "neither be subtracted nor",
             "condition": "which breakpoint", "condition 9 $rax == 1": "no breakpoint 9", "ignore 1": "how often", "ignore 9 1": "no breakpoint 9"}
    done = script(mecrr, *asked, "info breakpoints", status=1)
    holds("complaints", done.stderr, *asked.values())
    holds("none of them is there", done.stdout, "no breakpoints")


def test_breakpoints_are_hit_in_forks_too(mecrr):
    recorded(mecrr, FORKS)
    done = script(mecrr, "break both", "c", "info threads", "c", "c")
    hits = re.findall(r"breakpoint 1, 0x\w+ <both>, process (\d+)", done.stdout)
    same("hits, each in a process of its own", (len(hits), len(set(hits))), (2, 2))
    holds("order", done.stdout, "c\n", "p\n", "the recording ends here")


def test_stepping_goes_instruction_by_instruction_and_through_events(mecrr):
    recorded(mecrr, HELLO)
    done = script(mecrr, "break main", "c", "stepi", "", "si 2", "break write", "c")
    places = re.findall(r"=> 0x(\w+) <main(?:\+\d+)?>", done.stdout)
    same("four places in main, ascending", (len(places), sorted(set(places)) == places), (4, True))
    holds("to the call", done.stdout, "breakpoint 2, 0x")
    done = script(mecrr, "seek 1", "when", "si")
    holds("seek", done.stdout, "has come to the event", "event 1, task", "=> 0x")


def test_a_step_over_an_event_tells_of_it(mecrr):
    recorded(mecrr, HELLO)
    dump = mecrr.run("dump", "trace.pb").stdout
    order = re.search(r"^ *(\d+) +\d+  write 1, \"hello", dump, re.MULTILINE).group(1)
    done = script(mecrr, f"seek {order}", "stepi", f"seek {order}", status=1)
    holds("at the call", done.stdout, f"next event {order}, task", 'write 1, "hello\\n", 6 = ok 6',
          "hello\n", f"event {order}, task ", 'write 1, "hello\\n", 6 = ok 6\n')
    holds("backwards", done.stderr, f"event {order} has passed")


def test_seek_reaches_the_event_s_call(mecrr):
    recorded(mecrr, HELLO)
    done = script(mecrr, "seek end", "info events 2")
    holds("the end", done.stdout, "sum 12", "the recording ends here", "exited status 3, the last of its process")


def test_info_tells_what_there_is(mecrr):
    program = recorded(mecrr, HELLO)
    done = script(mecrr, "break main", "c", "info registers rip eflags", "info registers", "info processes", "info threads",
                  "info events 2", "calls 2", "info")
    holds("info", done.stdout, "rip ", "<main>\n", "eflags", "[ ", "rax ", "orig_rax", f"{program}\n", "<main>\n", "=> ",
          "write 1", "=> ", "write 1", "info breakpoints")


def test_memory_in_all_formats(mecrr):
    recorded(mecrr, HELLO)
    done = script(mecrr, "break write", "c", "x/s $rsi", "x/6cb $rsi", "x/2xg $rsp", "x/i main", "x/3i main", "x/dw $rsi",
                  "x/a $rsp", "x/tb $rsi", "x")
    holds("x", done.stdout, '"hello\\n"', "104 \"h\"", "10 \"\\n\"", "<main>: push rbp", "<main>: push rbp", "<main+1>",
          "1819043176", "<main+", "01101000", "01100101")


def test_disassembly_is_of_the_function_and_names_symbols(mecrr):
    recorded(mecrr, HELLO)
    done = script(mecrr, "break twice", "c", "disassemble", "disassemble main")
    holds("disassemble", done.stdout, "=> 0x", "<twice>: push rbp", "ret", "<main>: push rbp", "call 0x", "<twice>", "ret")
    same("it ends with the function", "<_start" in done.stdout or "<_fini" in done.stdout, False)


def test_what_is_not_understood_is_told_and_the_script_goes_on(mecrr):
    recorded(mecrr, HELLO)
    done = script(mecrr, "fly", "s", "info fly", "break", "x", "x/q main", "break 0x10", "x 0x0", "seek", "seek 999999", "x nosuch+1",
                  "x $nosuch", "delete 7", "info registers nosuch", "thread 1", "stepi x", "continue", status=1)
    same("complaints", done.stderr.count("mecrr: "), 16)
    holds("complaints", done.stderr, "no verb is called 'fly'", "'s' can mean seek, stepi", "topic of info", "where to stop",
          "where to look", "'q' is no format", "0x10", "no memory at 0x0", "which event", "999999", "no symbol 'nosuch'",
          "$nosuch", "no breakpoint 7", "nosuch", "no task 1", "'x' is no number")
    holds("it goes on", done.stdout, "sum 12")


def test_help_tells_of_each_verb(mecrr):
    recorded(mecrr, "int main(void) { return 0; }")
    verbs = ["backtrace", "break", "calls", "condition", "continue", "delete", "disassemble", "help", "ignore", "info", "quit",
             "seek", "stepi", "thread", "when", "x"]
    holds("help", script(mecrr, "help").stdout, *["\n" + verb for verb in verbs])
    for verb in verbs:
        holds(f"help {verb}", script(mecrr, f"help {verb}").stdout, f"{verb} ")


def test_one_process_alone(mecrr):
    recorded(mecrr, FORKS)
    child = re.search(r"created (\d+)", mecrr.run("dump", "trace.pb").stdout).group(1)
    done = mecrr.run("replay", "-p", child, "trace.pb", stdin="break both\nc\nc\n")
    holds("the child", done.stdout, f"<both>, process {child}", "c\n")
    same("the parent's output is not there", "p\n" in done.stdout.replace("stop\n", ""), False)


def test_comments_and_empty_lines_do_nothing(mecrr):
    recorded(mecrr, HELLO)
    same("stdout", script(mecrr, "# a comment", "", "  ").stdout, script(mecrr, "quit").stdout)


main(globals())

#!/usr/bin/env python3
"""The shell on a terminal: editing, completion, history, Ctrl-C; and what else mecrr does only there."""

import os
import pathlib
import pty
import re
import select
import signal
import subprocess
import time

from asked import LIMIT_S, holds, main, same

PROMPT = "(mecrr) "

CALLS = r"""
#include <stdio.h>
#include <unistd.h>
int function_with_a_long_name(int n) { return n + 1; }
int main(void) {
  puts("begun");
  fflush(stdout);
  for (int i = 0; i < 30000; i++) getppid();
  return function_with_a_long_name(0);
}
"""

COMPUTES = r"""
#include <stdio.h>
volatile unsigned long sum;
__attribute__((noinline)) void compute(void) { for (unsigned long i = 0; i < 2000000000; i++) sum += i; }
__attribute__((noinline)) void after(void) { puts("ended"); }
int main(void) {
  puts("begun");
  fflush(stdout);
  compute();
  after();
  return 0;
}
"""


class Terminal:
    """A program on a pseudo-terminal."""

    def __init__(self, mecrr, *arguments, **environment):
        self.master, slave = pty.openpty()
        variables = {"PATH": os.environ["PATH"], "HOME": str(mecrr.folder), "TERM": "xterm", **environment}
        self.process = subprocess.Popen([mecrr.path, *arguments], cwd=mecrr.folder, stdin=slave, stdout=slave,
                                        stderr=slave, env=variables, start_new_session=True,
                                        preexec_fn=take_terminal)
        os.close(slave)
        self.seen = ""

    def wait_for(self, text):
        """What came up to `text`, which is taken away."""
        deadline = time.monotonic() + LIMIT_S
        while text not in self.seen:
            self.read(deadline, text)
        before, _, self.seen = self.seen.partition(text)
        return before

    def read(self, deadline, wanted):
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([self.master], [], [], left)[0]:
            self.process.kill()
            raise AssertionError(f"{wanted!r} did not come; there is {self.seen!r}")
        try:
            self.seen += os.read(self.master, 10000).decode(errors="replace")
        except OSError:
            raise AssertionError(f"the program ended; {wanted!r} is not in {self.seen!r}") from None

    def type(self, text):
        os.write(self.master, text.encode())

    def wait_for_computing(self):
        """Until a child has spent some more time on a processor."""
        enough = self.ticks_of_children() + 10
        deadline = time.monotonic() + LIMIT_S
        while self.ticks_of_children() < enough:
            if time.monotonic() > deadline:
                raise AssertionError("no child computes")
            time.sleep(0.01)

    def ticks_of_children(self):
        pid = self.process.pid
        children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        stats = [pathlib.Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split() for child in children]
        return sum(int(stat[11]) for stat in stats)

    def end(self):
        """Its exit status, and what else it printed."""
        while True:
            try:
                more = os.read(self.master, 10000)
            except OSError:
                break
            if not more:
                break
            self.seen += more.decode(errors="replace")
        status = self.process.wait(LIMIT_S)
        os.close(self.master)
        return status, self.seen


def take_terminal():
    import fcntl  # pylint: disable=import-outside-toplevel  (in the child)
    import termios  # pylint: disable=import-outside-toplevel
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def shell(mecrr, **environment):
    if not (mecrr.folder / "trace.pb").exists():
        mecrr.run("record", "-q", mecrr.program("program", CALLS))
    terminal = Terminal(mecrr, "replay", "trace.pb", **environment)
    return terminal, terminal.wait_for(PROMPT)


def plain(text):
    return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", text).replace("\r", "")


def test_greets_and_leaves(mecrr):
    terminal, greeting = shell(mecrr)
    holds("greeting", plain(greeting), "trace.pb: ", "program, ", "events. help lists the verbs.", "=> 0x", "next event 1")
    terminal.type("quit\n")
    same("status", terminal.end()[0], 0)


def test_ctrl_d_leaves(mecrr):
    terminal, _ = shell(mecrr)
    terminal.type("\x04")
    same("status", terminal.end()[0], 0)


def test_tab_completes_verbs_topics_and_symbols(mecrr):
    terminal, _ = shell(mecrr)
    terminal.type("disas\t function_w\t\n")
    holds("disassembly", plain(terminal.wait_for(PROMPT)), "disassemble", "<function_with_a_long_name>: push rbp")
    terminal.type("info reg\trip\n")
    holds("registers", plain(terminal.wait_for(PROMPT)), "info registers rip", "rip ")
    terminal.type("help ba\t\n")
    holds("help", plain(terminal.wait_for(PROMPT)), "help backtrace", "innermost first")
    terminal.type("quit\n")
    terminal.end()


def test_history_is_kept_for_the_next_time(mecrr):
    terminal, _ = shell(mecrr)
    terminal.type("info processes\n")
    terminal.wait_for(PROMPT)
    terminal.type("quit\n")
    terminal.end()
    same("the file", (mecrr.folder / ".local/state/mecrr/history").read_text(), "info processes\nquit\n")
    terminal, _ = shell(mecrr)
    terminal.type("\x1b[A\x1b[A\n")
    holds("two lines up", plain(terminal.wait_for(PROMPT)), "info processes", "PROGRAM")
    terminal.type("quit\n")
    terminal.end()


def test_ctrl_c_gives_up_the_line(mecrr):
    terminal, _ = shell(mecrr)
    terminal.type("bogus verb")
    terminal.wait_for("bogus verb")
    terminal.type("\x03")
    terminal.wait_for(PROMPT)
    terminal.type("when\n")
    told = plain(terminal.wait_for(PROMPT))
    holds("then", told, "when", " is next (")
    same("the line is not run", "bogus" in told, False)
    terminal.type("quit\n")
    same("status", terminal.end()[0], 0)


def test_ctrl_c_stops_a_continue_and_the_replay_goes_on_after(mecrr):
    terminal, _ = shell(mecrr)
    terminal.type("continue\n")
    terminal.wait_for("begun")
    terminal.type("\x03")
    holds("interrupted", plain(terminal.wait_for(PROMPT)), "interrupted\n", "=> 0x", "getppid")
    terminal.type("continue\n")
    holds("the end", plain(terminal.wait_for(PROMPT)), "the recording ends here")
    terminal.type("quit\n")
    same("status", terminal.end()[0], 0)


def test_ctrl_c_stops_a_program_that_only_computes(mecrr):
    mecrr.run("record", "-q", mecrr.program("program", COMPUTES))
    terminal, _ = shell(mecrr)
    terminal.type("break after\n")
    terminal.wait_for(PROMPT)
    terminal.type("continue\n")
    terminal.wait_for("begun\r\n")
    for _ in range(2):
        terminal.wait_for_computing()
        terminal.type("\x03")
        holds("interrupted", plain(terminal.wait_for(PROMPT)), "interrupted\n", "=> 0x", "<compute")
        terminal.type("info registers rip\n")
        holds("registers", plain(terminal.wait_for(PROMPT)), "<compute")
        terminal.type("continue\n")
        terminal.wait_for("continue")
    holds("the breakpoint", plain(terminal.wait_for(PROMPT)), "breakpoint 1, 0x", "<after>")
    terminal.type("continue\nquit\n")
    holds("the end", plain(terminal.end()[1]), "ended\n", "the recording ends here")


def test_an_empty_line_steps_again(mecrr):
    terminal, _ = shell(mecrr)
    places = []
    for typed in ["stepi\n", "\n", "\n"]:
        terminal.type(typed)
        places.append(re.search(r"=> (0x\w+)", plain(terminal.wait_for(PROMPT))).group(1))
    same("three different places", len(set(places)), 3)
    terminal.type("quit\n")
    terminal.end()


def test_colour_is_for_terminals_that_want_it(mecrr):
    _, greeting = shell(mecrr)
    same("colour", "\x1b[1m" in greeting, True)
    for variables in [{"NO_COLOR": "1"}, {"TERM": "dumb"}]:
        terminal, greeting = shell(mecrr, **variables)
        same(f"no colour with {variables}", "\x1b[1m" in greeting, False)
        terminal.type("quit\n")
        terminal.end()


def test_batch_output_is_not_disturbed_by_progress(mecrr):
    mecrr.run("record", "-q", mecrr.program("program", CALLS))
    status, seen = Terminal(mecrr, "replay", "--batch", "trace.pb").end()
    same("status", status, 0)
    same("what stays on the screen", [line for line in drawn(seen) if line], ["begun"])


def drawn(text):
    """The lines that are on the screen in the end: `\\r ESC[K` takes a line away."""
    lines = []
    for line in text.split("\n"):
        lines.append(re.split(r"\r\x1b\[K", line.rstrip("\r"))[-1])
    return lines


def test_a_recording_dies_of_ctrl_backslash_as_its_program_does(mecrr):
    terminal = Terminal(mecrr, "record", "-q", "sh", "-c", "echo ready; while true; do sleep 0.05; done")
    terminal.wait_for("ready")
    terminal.type("\x1c")
    same("end", terminal.end()[0], -signal.SIGQUIT)
    same("the trace is whole", mecrr.run("replay", "--batch", "trace.pb").stdout, "ready\n")


main(globals())

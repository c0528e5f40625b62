#!/usr/bin/env python3
"""mecrr record: names of traces, exit statuses, signals, and that the program notices nothing."""

import ctypes
import json
import os
import pathlib
import signal
import struct
import subprocess
import time

from asked import LIMIT_S, holds, main, one_line, same


def test_traces_are_numbered_and_nothing_is_overwritten(mecrr):
    for name in ["trace.pb", "trace-2.pb", "trace-3.pb"]:
        done = mecrr.run("record", "true")
        one_line("closing line", done.stderr)
        holds("closing line", done.stderr, f"mecrr: {name}: ", "iB, ", "s, 1 process, ", " events\n")
    same("files", sorted(os.listdir(mecrr.folder)), ["trace-2.pb", "trace-3.pb", "trace.pb"])


def test_a_named_trace_is_replaced_only_by_force(mecrr):
    kept = mecrr.file("kept.pb", "precious")
    done = mecrr.run("record", "-o", kept, "true")
    same("status", done.returncode, 125)
    one_line("stderr", done.stderr)
    holds("stderr", done.stderr, "kept.pb", "File exists", "-f")
    same("content", kept.read_text(), "precious")
    same("status with -f", mecrr.run("record", "-f", "-o", kept, "true").returncode, 0)
    same("info", mecrr.run("info", kept).returncode, 0)


def test_quiet_says_nothing(mecrr):
    same("stderr", mecrr.run("record", "-q", "true").stderr, "")


def test_statistics_tell_the_stops(mecrr):
    done = mecrr.run("record", "--stats", "cat", "/dev/null")
    holds("stderr", done.stderr, "mecrr: trace.pb: ", "mecrr: statistics\n", "stops ", " openat\n")
    quiet = mecrr.run("record", "-q", "--stats", "true")
    same("beginning of stderr", quiet.stderr.split("\n")[0], "mecrr: statistics")


def test_statistics_can_be_read_by_programs(mecrr):
    done = mecrr.run("record", "-q", "--stats-json", "stats.json", "cat", "/dev/null")
    same("status", done.returncode, 0)
    same("stderr", done.stderr, "")
    stats = json.loads((mecrr.folder / "stats.json").read_text())
    same("processes", stats["processes"], 1)
    same("a call", stats["without_stop"]["calls"].get("close", 0) > 0, True)


def test_the_program_gets_its_arguments_as_they_are(mecrr):
    arguments = ["-q", "-o", "x", "--help", "--", "[a,b]", "", "a b", "++", "%%", "-"]
    for dashes in [[], ["--"]]:
        done = mecrr.run("record", "-q", *dashes, "printf", "<%s>", *arguments)
        same(f"with {dashes}", done.stdout, "".join(f"<{argument}>" for argument in arguments))


def test_options_in_one_word(mecrr):
    same("status", mecrr.run("record", "-fqo", "one.pb", "true").returncode, 0)
    same("status", mecrr.run("record", "-qotwo.pb", "true").returncode, 0)
    same("status", mecrr.run("record", "--output=three.pb", "-q", "true").returncode, 0)
    same("files", sorted(os.listdir(mecrr.folder)), ["one.pb", "three.pb", "two.pb"])


def test_what_cannot_be_started_is_told_as_shells_do(mecrr):
    mecrr.file("forbidden", "#!/bin/sh\n")
    mecrr.file("no-interpreter", "#!/no/such/thing\n", 0o755)
    mecrr.file("no-magic", "echo hello\n", 0o755)
    for program, status, words in [("no-such-program", 127, ["no-such-program: no such program in PATH"]),
                                   ("./missing", 127, ["./missing: No such file"]),
                                   ("./", 126, ["./: is a directory"]),
                                   ("./forbidden", 126, ["./forbidden: Permission denied"]),
                                   ("./no-interpreter", 127, ["./no-interpreter", "interpreter"]),
                                   ("./no-magic", 126, ["./no-magic", "#!/bin/sh"]),
                                   ("", 127, ["no such program"])]:
        done = mecrr.run("record", program)
        same(f"status of {program!r}", done.returncode, status)
        one_line(f"stderr of {program!r}", done.stderr)
        holds(f"stderr of {program!r}", done.stderr, *words)
    same("no trace is made", list(mecrr.folder.glob("*.pb")), [])


def test_a_trace_that_cannot_be_made_is_told(mecrr):
    done = mecrr.run("record", "-o", "no/such/place.pb", "echo", "started")
    same("status", done.returncode, 125)
    one_line("stderr", done.stderr)
    holds("stderr", done.stderr, "no/such/place.pb", "No such file")
    same("stdout: the program has run nothing", done.stdout, "")


def test_without_the_right_to_trace_there_is_advice(mecrr):
    done = mecrr.run("record", "true", preexec_fn=forbid_ptrace)
    same("status", done.returncode, 125)
    one_line("stderr", done.stderr)
    holds("stderr", done.stderr, "--cap-add=SYS_PTRACE")


def forbid_ptrace():
    """As container runtimes do: a seccomp filter that fails ptrace with EPERM."""
    def instruction(code, jump_true, jump_false, value):
        return struct.pack("HBBI", code, jump_true, jump_false, value)
    load, equal, ret = 0x20, 0x15, 0x06
    code = b"".join([instruction(load, 0, 0, 0), instruction(equal, 0, 1, 101),
                     instruction(ret, 0, 0, 0x00050001), instruction(ret, 0, 0, 0x7FFF0000)])
    libc = ctypes.CDLL(None, use_errno=True)
    held = ctypes.create_string_buffer(code)
    program = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(code) // 8, ctypes.addressof(held)))
    if libc.prctl(38, 1, 0, 0, 0) or libc.prctl(22, 2, program, 0, 0):
        raise OSError(ctypes.get_errno(), "seccomp")


def test_exit_status_and_signals_are_passed_on(mecrr):
    for status in [0, 1, 42, 255]:
        same("status", mecrr.run("record", "-q", "sh", "-c", f"exit {status}").returncode, status)
    for name in ["TERM", "KILL", "SEGV", "INT", "HUP", "PIPE"]:
        done = mecrr.run("record", "-q", "sh", "-c", f"kill -{name} $$")
        same(f"end by {name}", done.returncode, -getattr(signal, "SIG" + name))
    same("no core", [path.name for path in mecrr.folder.iterdir() if "core" in path.name], [])


def start(mecrr, *command):
    """A recording whose program has begun: it makes the file `ready`."""
    process = subprocess.Popen([mecrr.path, "record", *command], cwd=mecrr.folder, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True, start_new_session=True)
    deadline = time.monotonic() + LIMIT_S
    ready = mecrr.folder / "ready"
    while not (ready.exists() and ready.read_text().endswith("\n")):
        if time.monotonic() > deadline or process.poll() is not None:
            process.kill()
            raise AssertionError("the program did not begin")
        time.sleep(0.01)
    return process


def test_a_signal_to_mecrr_ends_the_recording_and_the_trace_is_whole(mecrr):
    for sent in [signal.SIGTERM, signal.SIGHUP]:
        process = start(mecrr, "sh", "-c", "echo $$ > ready; while true; do sleep 100; done")
        pid = int((mecrr.folder / "ready").read_text())
        process.send_signal(sent)
        told = process.communicate(timeout=LIMIT_S)[1]
        same("end of mecrr", process.returncode, -sent)
        holds("closing line", told, " process", " events")
        same("the program is dead", pid > 0 and pathlib.Path(f"/proc/{pid}").exists(), False)
        trace = told.split(": ")[1]
        done = mecrr.run("info", trace)
        holds("info", done.stdout, "mecrr was told to stop")
        same("nothing is wrong with the trace", done.stderr, "")
        same("the replay", mecrr.run("replay", "--batch", trace).returncode, 0)
        (mecrr.folder / "ready").unlink()


def test_terminal_signals_are_for_the_program(mecrr):
    script = "trap 'echo caught; exit 5' INT; echo > ready; while true; do sleep 0.1; done"
    process = start(mecrr, "-q", "sh", "-c", script)
    os.killpg(process.pid, signal.SIGINT)
    same("stdout", process.communicate(timeout=LIMIT_S)[0], "caught\n")
    same("end, the program's", process.returncode, 5)
    same("the replay", mecrr.run("replay", "--batch", "trace.pb").stdout, "caught\n")


def test_the_program_starts_with_the_signals_that_mecrr_was_started_with(mecrr):
    script = "grep -E 'SigIgn|SigBlk|SigCgt' /proc/self/status"
    natively = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True,
                              preexec_fn=ignore_hangups).stdout
    recorded = mecrr.run("record", "-q", "sh", "-c", script, preexec_fn=ignore_hangups).stdout
    same("masks", recorded, natively)


def ignore_hangups():
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def test_closed_descriptors_stay_closed_and_the_trace_is_not_written_into(mecrr):
    script = f'"{mecrr.path}" record sh -c "ls -l /proc/self/fd" 0<&- 2>&-'
    done = subprocess.run(["sh", "-c", script], cwd=mecrr.folder, capture_output=True, text=True,
                          timeout=LIMIT_S, check=False)
    same("nothing of mecrr's is at 2", " 2 -> " in done.stdout, False)
    same("the trace is good", mecrr.run("info", "trace.pb").stderr, "")


def test_stdin_is_the_program_s(mecrr):
    same("stdout", mecrr.run("record", "-q", "cat", stdin="some text\n").stdout, "some text\n")


main(globals())

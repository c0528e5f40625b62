#!/usr/bin/env python3
"""The command line: what is wrong gets one line and exit status 2, help is to be had everywhere."""

from asked import holds, main, one_line, same

COMMANDS = ["record", "replay", "dump", "info", "ps", "calls"]


def test_every_command_has_help(mecrr):
    holds("mecrr --help", mecrr.run("--help").stdout, *COMMANDS)
    for command in COMMANDS:
        done = mecrr.run(command, "--help")
        same(f"status of {command} --help", done.returncode, 0)
        holds(f"{command} --help", done.stdout, "Usage: mecrr " + command)
        same(f"stderr of {command} --help", done.stderr, "")


def test_wrong_usage_is_told_in_one_line(mecrr):
    for arguments, word in [([], "command is missing"), (["fly"], "'fly'"), (["--fly"], "'--fly'"),
                            (["record"], "PROGRAM"), (["record", "--fly", "true"], "--fly"),
                            (["record", "-o"], "output"), (["record", "--chaos=x", "true"], "chaos"), (["record", "--chaos"], "PROGRAM"), (["replay"], "TRACE"), (["replay", "-b", "-j", "0", "trace.pb"], "jobs"),
                            (["replay", "-j", "2", "trace.pb"], "batch"), (["dump"], "TRACE"),
                            (["dump", "--pid", "x", "trace.pb"], "pid"), (["dump", "a", "b"], "b"),
                            (["info", "--fly", "trace.pb"], "--fly"), (["ps"], "TRACE"), (["calls", "x"], "x")]:
        done = mecrr.run(*arguments)
        same(f"status of {arguments}", done.returncode, 2)
        one_line(f"stderr of {arguments}", done.stderr)
        holds(f"stderr of {arguments}", done.stderr, word, "--help tells more")
        same(f"stdout of {arguments}", done.stdout, "")


def test_version(mecrr):
    holds("--version", mecrr.run("--version").stdout, "mecrr 0.")


def test_calls_prints_the_table(mecrr):
    holds("calls", mecrr.run("calls").stdout, "| 0 | `read` |", "| 1 | `write` |")


def test_a_missing_trace_is_told(mecrr):
    for command in ["replay", "dump", "info", "ps"]:
        done = mecrr.run(command, "nowhere.pb")
        same(f"status of {command}", done.returncode, 1)
        one_line(command, done.stderr)
        holds(command, done.stderr, "nowhere.pb: No such file")


def test_what_is_no_trace_is_told(mecrr):
    mecrr.file("text.pb", "this is no trace\n" * 100)
    for command in ["replay", "dump", "info", "ps"]:
        done = mecrr.run(command, "text.pb")
        same(f"status of {command}", done.returncode, 1)
        one_line(command, done.stderr)
        holds(command, done.stderr, "text.pb: ")


main(globals())

#!/usr/bin/env python3
"""mecrr dump, info and ps, of real recordings."""

import json
import pathlib
import subprocess
import re

from asked import holds, main, one_line, same

# A seed of the fuzz targets: an image, a call, a log of five calls, and others.
WITH_A_LOG = str(pathlib.Path(__file__).parent.parent / "fuzz/corpus/trace_file/whole")

TREE = ["sh", "-c", "echo one; (exit 3); /bin/echo two | cat; kill -9 $$"]


def lines_of_dump(mecrr, *options):
    return [re.fullmatch(r" *(\d+) +(\d+)  (.*)", line).groups()
            for line in mecrr.run("dump", *options, "trace.pb").stdout.splitlines()]


def test_dump_has_a_line_for_each_event_in_order(mecrr):
    mecrr.run("record", "-q", *TREE)
    lines = lines_of_dump(mecrr)
    events = json.loads(mecrr.run("info", "--json", "trace.pb").stdout)["events"]
    same("orders", [int(order) for order, _, _ in lines], list(range(events)))
    texts = [text for _, _, text in lines]
    same("the first", texts[0].startswith('executed "/'), True)
    same("the last", texts[-1], "exited SIGKILL, the last of its process")
    for wanted in ['write 1, "one\\n", 4 = ok 4', "exited status 3, the last of its process", "created "]:
        same(wanted, any(wanted in text for text in texts), True)


def test_dump_filters(mecrr):
    mecrr.run("record", "-q", *TREE)
    everything = lines_of_dump(mecrr)
    child = next(tid for _, tid, text in everything if text.startswith("exited status 3"))
    same("--tid", lines_of_dump(mecrr, "--tid", child), [line for line in everything if line[1] == child])
    same("--pid", lines_of_dump(mecrr, "--pid", child), lines_of_dump(mecrr, "--tid", child))
    same("--from --to", lines_of_dump(mecrr, "--from", "5", "--to", "8"), everything[5:9])


def test_dump_tells_addresses_on_request(mecrr):
    mecrr.run("record", "-q", "echo", "hi")
    holds("without", mecrr.run("dump", "trace.pb").stdout, 'write 1, "hi\\n", 3 = ok 3')
    same("with", bool(re.search(r'write 1, 0x\w+:"hi\\n", 3 = ok 3',
                                mecrr.run("dump", "--addresses", "trace.pb").stdout)), True)


def test_dump_as_json_is_an_object_per_line(mecrr):
    mecrr.run("record", "-q", *TREE)
    objects = [json.loads(line) for line in mecrr.run("dump", "--json", "trace.pb").stdout.splitlines()]
    texts = lines_of_dump(mecrr)
    same("text", [each["text"] for each in objects], [text for _, _, text in texts])
    write = next(each for each in objects if each.get("name") == "write")
    same("a write", (write["kind"], write["number"], write["arguments"][0], write["result"], write["output"]),
         ("call", 1, 1, 4, "stdout"))


def test_what_a_program_prints_and_is_called_cannot_steer_the_terminal(mecrr):
    name = "bad\x1b]0;name\x07\udcff"
    mecrr.file("plain", "#!/bin/sh\nprintf '\\033[2J'\n", 0o755).rename(mecrr.folder / name)
    mecrr.run("record", "-q", "./" + name)
    for command in [["dump"], ["info"], ["ps"], ["dump", "--json"], ["info", "--json"], ["ps", "--json"]]:
        done = mecrr.run(*command, "trace.pb")
        same(f"status of {command}", done.returncode, 0)
        bad = [c for c in done.stdout if c < " " and c != "\n" or "\x7f" <= c < "\xa0" or c >= "\ud800" and c <= "\udfff"]
        same(f"control characters of {command}", bad, [])


def test_info_tells_of_the_recording(mecrr):
    mecrr.run("record", "-q", *TREE)
    done = mecrr.run("info", "trace.pb")
    same("stderr", done.stderr, "")
    holds("info", done.stdout, "trace        trace.pb, ", "program      sh -c 'echo one; ", f"directory    {mecrr.folder}",
          "recorded     20", ", by mecrr ", "machine      Linux ", "processor", "duration     ", "ended        all processes",
          "processes    4 (3 programs, 4 threads)", "events  ", "calls", "size  ", "unpacked", "calls  ", "write ")
    told = json.loads(mecrr.run("info", "--json", "trace.pb").stdout)
    same("json", (told["program"], told["processes"], told["complete"]), (TREE, 4, True))
    calls = sum(each["kind"] in ("call", "entered")
                for each in map(json.loads, mecrr.run("dump", "--json", "trace.pb").stdout.splitlines()))
    same("calls", sum(told["calls"].values()), calls)


def test_calls_of_logs_are_shown_as_calls(mecrr):
    dumped = mecrr.run("dump", WITH_A_LOG)
    same("status", dumped.returncode, 0)
    holds("dump", dumped.stdout, '\n       2       7  openat 1, "path", O_RDONLY, 0 = ok 3\n',
          '\n       4       7  write 1, "shown", 5 = ok 5\n       5       7  read 3, "read", 4 = ok 4\n       6       7  getpid = ok 7\n',
          '\n       8       7  read 3, "0,1,", 4 = ok 4\n       9       7  rdtsc ')
    events = [json.loads(line) for line in mecrr.run("dump", "--json", WITH_A_LOG).stdout.splitlines()]
    same("positions", [each["position"] for each in events if each["stream"] == 1], list(range(17)))
    same("without a stop", [each["order"] for each in events if each.get("without_stop")], [2, 3, 4, 5, 6, 7, 8, 11, 12])
    same("one of them", (events[4]["kind"], events[4]["name"], events[4]["output"], events[4]["result"]),
         ("call", "write", "stdout", 5))
    same("from inside the log", mecrr.run("dump", "--from", "4", "--to", "5", WITH_A_LOG).stdout.count("\n"), 2)
    same("ps", mecrr.run("ps", WITH_A_LOG).stdout.splitlines()[1].split()[:4], ["7", "-", "1", "18"])


def test_info_tells_the_seed_of_chaos(mecrr):
    done = mecrr.run("record", "--chaos=42", "-o", "chaos.pb", "true")
    holds("closing line", done.stderr, " events, chaos 42\n")
    holds("info", mecrr.run("info", "chaos.pb").stdout, "chaos        seed 42\n")
    same("info --json", json.loads(mecrr.run("info", "--json", "chaos.pb").stdout)["chaos_seed"], 42)
    for arguments in [["--chaos", "7", "true"], ["--chaos", "7", "--", "true"], ["--chaos=7", "true"]]:
        holds(" ".join(arguments), mecrr.run("record", "-f", "-o", "chaos.pb", *arguments).stderr, ", chaos 7\n")
    chosen = [mecrr.run("record", "-f", "-o", "chaos.pb", "--chaos", "true").stderr for _ in range(2)]
    holds("closing line", chosen[0], ", chaos ")
    same("two seeds that were chosen differ", chosen[0].split()[-1] != chosen[1].split()[-1], True)


def test_info_tells_how_many_calls_needed_no_stop(mecrr):
    holds("info", mecrr.run("info", WITH_A_LOG).stdout, "events       19 (11 calls, ", "no stop      9 calls in 3 logs of ",
          "; 2 patches\n", "calls        11: read 5, write 2, ")
    told = json.loads(mecrr.run("info", "--json", WITH_A_LOG).stdout)
    same("json", {name: told["without_stop"][name] for name in ["calls", "logs", "patches"]},
         {"calls": 9, "logs": 3, "patches": 2})
    same("calls", told["calls"]["write"], 2)


def test_dump_as_json_tells_patches(mecrr):
    events = [json.loads(line) for line in mecrr.run("dump", "--json", WITH_A_LOG).stdout.splitlines()]
    same("patches", [each.get("patches") for each in events[:3]], [[{"site": 0x400100, "stub": 0x500000}]] * 2 + [None])


def test_ps_shows_the_tree(mecrr):
    mecrr.run("record", "-q", *TREE)
    lines = mecrr.run("ps", "trace.pb").stdout.splitlines()
    same("lines", len(lines), 5)
    holds("the first", lines[1], " - ", "SIGKILL", " sh -c")
    first = lines[1].split()[0]
    same("parents", [line.split()[1] for line in lines[2:]], [first] * 3)
    holds("the others", "\n".join(lines[2:]), "status 3", "/bin/echo two", "cat")
    told = json.loads(mecrr.run("ps", "--json", "trace.pb").stdout)
    same("json", [each["end"] for each in told], ["SIGKILL", "status 3", "status 0", "status 0"])


def test_a_cut_trace_is_shown_as_far_as_it_goes(mecrr):
    mecrr.run("record", "-q", *TREE)
    whole = (mecrr.folder / "trace.pb").read_bytes()
    (mecrr.folder / "trace.pb").write_bytes(whole[:len(whole) * 9 // 10])
    for command in ["dump", "info", "ps"]:
        done = mecrr.run(command, "trace.pb")
        same(f"status of {command}", done.returncode, 0)
        one_line(f"stderr of {command}", done.stderr)
        holds(f"stderr of {command}", done.stderr, "mecrr: trace.pb: ")
    holds("info", mecrr.run("info", "trace.pb").stdout, "ended        with the recorder")


def test_output_that_cannot_be_written_is_told(mecrr):
    mecrr.run("record", "-q", "true")
    with open("/dev/full", "w", encoding="ascii") as full:
        done = subprocess.run([mecrr.path, "dump", "trace.pb"], cwd=mecrr.folder, stdout=full, stderr=subprocess.PIPE,
                              text=True, check=False)
    same("status", done.returncode, 1)
    one_line("stderr", done.stderr)
    holds("stderr", done.stderr, "standard output: ", "No space left on device")


main(globals())

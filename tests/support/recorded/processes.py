"""Starts a program with a time limit, waits for all that it starts, and says where a hanging one hung."""

import collections
import ctypes
import fcntl
import os
import pathlib
import pty
import resource
import signal
import struct
import subprocess
import termios
import time

PR_SET_CHILD_SUBREAPER = 36
TERMINAL_ROWS, TERMINAL_COLUMNS = 30, 100

# `end` is "exit 0", "signal SIGSEGV", …
Outcome = collections.namedtuple("Outcome", "end stdout stderr seconds")


class Hung(Exception):
    """The time limit passed; the text tells what each process was doing."""


def become_subreaper():
    """Orphans of what we start become our children, so that none is lost or left behind."""
    if ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        raise OSError("prctl(PR_SET_CHILD_SUBREAPER)")


def run(arguments, *, cwd, limit_s, environment=None, terminal=False, stdin=None, limits=()):
    """Runs to the end of the program and of everything that it started.

    stdout and stderr are files, so that nobody has to read them meanwhile. With `terminal`, stdin is a
    pseudo-terminal that is also the controlling one. `limits`: pairs for setrlimit.
    """
    become_subreaper()
    started = time.monotonic()
    with open_nameless() as out, open_nameless() as err:
        process = start(arguments, cwd, environment, terminal, stdin, out, err, limits)
        try:
            process.wait(limit_s)
            wait_for_orphans(started + limit_s)
        except subprocess.TimeoutExpired:
            told = describe_descendants(os.getpid())
            kill_descendants(os.getpid())
            raise Hung(f"did not end within {limit_s} s: {' '.join(map(str, arguments))}\n{told}"
                       f"stdout so far: {tail(out)}\nstderr so far: {tail(err)}") from None
        finally:
            kill_descendants(os.getpid())
        return Outcome(end_of(process.returncode), contents(out), contents(err),
                       time.monotonic() - started)


def open_nameless():
    return open(os.memfd_create("output"), "r+b", buffering=0)


def start(arguments, cwd, environment, terminal, stdin, out, err, limits=()):
    master, slave = pty.openpty() if terminal else (None, None)
    if terminal:
        fcntl.ioctl(slave, termios.TIOCSWINSZ,
                    struct.pack("HHHH", TERMINAL_ROWS, TERMINAL_COLUMNS, 0, 0))

    def prepare():
        os.setsid()
        if terminal:
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        for which, value in limits:
            resource.setrlimit(which, value)

    process = subprocess.Popen(
        [str(argument) for argument in arguments], cwd=cwd, env=environment, preexec_fn=prepare,
        stdin=slave if terminal else stdin or subprocess.DEVNULL, stdout=out, stderr=err)
    if terminal:
        os.close(slave)
        process.terminal = master  # open as long as the process is known
    return process


def wait_for_orphans(deadline):
    while descendants(os.getpid()):
        if time.monotonic() > deadline:
            raise subprocess.TimeoutExpired("orphans", 0)
        reap()
        time.sleep(0.005)


def reap():
    try:
        while os.waitpid(-1, os.WNOHANG)[0] != 0:
            pass
    except ChildProcessError:
        pass


def descendants(root):
    """Pids below `root`, parents first; zombies of our own are reaped by reap(), not told here."""
    children = collections.defaultdict(list)
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                stat = pathlib.Path("/proc", entry, "stat").read_text(errors="replace")
            except OSError:
                continue  # has ended since
            children[int(stat.rpartition(")")[2].split()[1])].append(int(entry))
    found = list(children[root])
    for pid in found:
        found += children[pid]
    return found


def kill_descendants(root):
    while True:
        reap()
        pids = descendants(root)
        if not pids:
            return
        for pid in pids:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        time.sleep(0.005)


STATUS_LINES = ("Name", "State", "Tgid", "PPid", "TracerPid", "SigPnd", "ShdPnd", "SigBlk", "SigIgn",
                "SigCgt", "Seccomp")


def describe_descendants(root):
    text = ""
    for pid in descendants(root):
        for tid in read(f"/proc/{pid}/task", os.listdir):
            base = f"/proc/{pid}/task/{tid}"
            status = dict(line.split(":", 1) for line in read(base + "/status", lines) if ":" in line)
            told = " ".join(f"{key}={status[key].strip()}" for key in STATUS_LINES if key in status)
            text += f"  {tid}: {told}\n"
            text += f"      wchan={one(base + '/wchan')} syscall={one(base + '/syscall')}\n"
            text += "".join(f"      {line}\n" for line in read(base + "/stack", lines))
        text += f"      command: {one(f'/proc/{pid}/cmdline')!r}\n"
    return text


def read(path, how):
    try:
        return how(path)
    except OSError:
        return []


def lines(path):
    return pathlib.Path(path).read_text(errors="replace").splitlines()


def one(path):
    return " ".join(read(path, lines)).replace("\0", " ")


def end_of(returncode):
    return f"exit {returncode}" if returncode >= 0 else f"signal {signal.Signals(-returncode).name}"


def contents(file):
    file.seek(0)
    return file.read()


def tail(file, size=2000):
    return contents(file)[-size:].decode(errors="replace")

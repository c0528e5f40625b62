"""Mounts that only this process and its children see, and that end with them.

It takes root's rights, or a kernel that lets others make user namespaces.

    mount_namespace.py FOLDER BYTES COMMAND…     runs COMMAND with FOLDER a tmpfs of that size
    mount_namespace.py                           exit status 0 if this machine lets us
"""

import ctypes
import os
import pathlib
import subprocess
import sys

CLONE_NEWNS, CLONE_NEWUSER = 0x20000, 0x10000000
MS_BIND, MS_REC, MS_PRIVATE = 0x1000, 0x4000, 0x40000


def available():
    return subprocess.run([sys.executable, "-B", __file__], capture_output=True, check=False).returncode == 0


def enter():
    """Moves this process into a namespace of its own."""
    uid, gid = os.getuid(), os.getgid()
    must(libc().unshare(CLONE_NEWNS | (CLONE_NEWUSER if uid != 0 else 0)), "unshare")
    if uid != 0:
        for name, text in (("setgroups", "deny"), ("uid_map", f"0 {uid} 1"), ("gid_map", f"0 {gid} 1")):
            pathlib.Path("/proc/self", name).write_text(text, encoding="ascii")
    mount(None, "/", None, MS_REC | MS_PRIVATE)


def bind(source, target):
    mount(source, target, None, MS_BIND | MS_REC)


def mount_tmpfs(target, size):
    mount("tmpfs", target, "tmpfs", 0, f"size={size}")


def mount(source, target, kind, flags, options=None):
    texts = [text and os.fsencode(text) for text in (source, target, kind)]
    must(libc().mount(*texts, flags, options and os.fsencode(options)), f"mount {target}")


def libc():
    return ctypes.CDLL(None, use_errno=True)


def must(result, what):
    if result != 0:
        error = ctypes.get_errno()
        raise OSError(error, f"{what}: {os.strerror(error)}")


if __name__ == "__main__":
    enter()
    if len(sys.argv) > 1:
        mount_tmpfs(sys.argv[1], sys.argv[2])
        os.execvp(sys.argv[3], sys.argv[3:])

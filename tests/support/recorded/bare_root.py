"""A file system that holds mecrr, a trace and nothing else, to replay in.

Neither the recorded program nor its libraries nor its files are there, under any name:

    /mecrr/    the program, its dynamic linker and its libraries, in a place where nobody else looks for them
    /proc      the kernel's
    /dev/null
    /empty/    where mecrr is started

Entering it takes a mount namespace (mount_namespace.py).
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from recorded import mount_namespace  # noqa: E402  (after the path that finds it)


def make(root, mecrr):
    """Fills the empty folder `root`."""
    root = pathlib.Path(root)
    for folder in ("mecrr", "proc", "dev", "empty"):
        (root / folder).mkdir()
    (root / "dev/null").touch()
    shutil.copy(mecrr, root / "mecrr/mecrr")
    needed = subprocess.run(["ldd", mecrr], capture_output=True, text=True, check=True).stdout
    for library in re.findall(r"(/\S+) \(0x", needed):
        name = "ld.so" if "/ld-linux" in library else pathlib.Path(library).name
        shutil.copy(library, root / "mecrr" / name)


def command(root, arguments):
    """What to run for `mecrr ARGUMENTS` in `root`."""
    return [sys.executable, "-B", __file__, root, "/mecrr/ld.so", "--library-path", "/mecrr", "/mecrr/mecrr",
            *arguments]


def enter(root):
    mount_namespace.enter()
    mount_namespace.bind("/proc", root + "/proc")
    mount_namespace.bind("/dev/null", root + "/dev/null")
    os.chroot(root)
    os.chdir("/empty")


if __name__ == "__main__":
    enter(sys.argv[1])
    os.execve(sys.argv[2], sys.argv[2:], {})

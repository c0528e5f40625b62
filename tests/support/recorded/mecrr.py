"""Starting mecrr from a test."""

import argparse
import os

from . import bare_root, mount_namespace, processes


def parse_options(about, **more):
    """--mecrr, and one option for each keyword, with its default."""
    parser = argparse.ArgumentParser(description=about.split("\n", maxsplit=1)[0])
    parser.add_argument("--mecrr", required=True, type=os.path.abspath)
    for name, default in more.items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=type(default), default=default)
    return parser.parse_args()


def record(mecrr, trace, command):
    """The command that records `command`, in the way that the test is to try: NO_AGENT in cmake/targets.cmake."""
    way = os.environ.get("MECRR_TEST_RECORD", "").split()
    # The cache would be in the program's home, which is often the folder that it works in.
    return [mecrr, "record", "-q", "--no-cache", *way, "-o", trace, "--", *command]


def replay(mecrr, trace, cwd, limit_s=60):
    return processes.run([mecrr, "replay", "--batch", trace], cwd=cwd, limit_s=limit_s, environment={})


def replays_elsewhere(mecrr, trace, folder, limit_s):
    """One event after the other, and processes at the same time: both must come to the same."""
    for jobs in (1, 4):
        yield replay_elsewhere(mecrr, trace, folder, limit_s, jobs)


def replay_elsewhere(mecrr, trace, folder, limit_s, jobs):
    """Replays where nothing of the recorded machine is to be seen, as far as this one lets us hide it."""
    way = ["replay", "--batch", f"--jobs={jobs}"]
    if not mount_namespace.available():
        print("replaying in an empty directory only: no right to make a mount namespace")
        empty = folder / "empty"
        empty.mkdir(exist_ok=True)
        return processes.run([mecrr, *way, trace], cwd=empty, limit_s=limit_s, environment={})
    root = folder / "root"
    if not root.exists():
        root.mkdir()
        bare_root.make(root, mecrr)
        os.link(trace, root / "trace.pb")
    return processes.run(bare_root.command(root, [*way, "/trace.pb"]), cwd=folder, limit_s=limit_s)

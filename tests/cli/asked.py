"""What the tests of mecrr's command line share: running it, and saying what was expected."""

import argparse
import pathlib
import subprocess
import sys
import tempfile
import traceback

LIMIT_S = 30


class Mecrr:
    """The program, run in a directory of the test's own."""

    def __init__(self, path, folder):
        self.path = str(pathlib.Path(path).resolve())
        self.folder = pathlib.Path(folder)

    def run(self, *arguments, stdin="", environment=None, **more):
        return subprocess.run([self.path, *map(str, arguments)], cwd=self.folder, input=stdin, text=True,
                              capture_output=True, timeout=LIMIT_S, check=False, env=environment,
                              errors="surrogateescape", **more)

    def file(self, name, text, mode=0o644):
        path = self.folder / name
        path.write_text(text)
        path.chmod(mode)
        return path

    def program(self, name, source):
        """Compiles a C program."""
        path = self.file(name + ".c", source)
        subprocess.run(["gcc", "-g", "-O0", "-o", self.folder / name, path], check=True, timeout=LIMIT_S)
        return self.folder / name


def same(what, found, wanted):
    if found != wanted:
        raise AssertionError(f"{what}: {found!r}, not {wanted!r}")


def holds(what, text, *wanted):
    at = 0
    for part in wanted:
        found = text.find(part, at)
        if found < 0:
            raise AssertionError(f"{what}: {part!r} is not there (in this order) in:\n{text}")
        at = found + len(part)


def one_line(what, text):
    if text.count("\n") != 1 or not text.startswith("mecrr: "):
        raise AssertionError(f"{what}: not one line of mecrr's: {text!r}")


def main(tests):
    """Runs each function of `tests`, with a Mecrr in an empty directory; names are facts."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--mecrr", required=True)
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    failed = 0
    for name, test in tests.items():
        if not name.startswith("test_") or (options.names and name not in options.names):
            continue
        with tempfile.TemporaryDirectory(prefix="mecrr-cli-") as folder:
            try:
                test(Mecrr(options.mecrr, folder))
                print(f"ok      {name}")
            except Exception:  # pylint: disable=broad-except  (all of them are this test's failure)
                failed += 1
                print(f"FAILED  {name}\n{traceback.format_exc()}")
    sys.exit(1 if failed else 0)

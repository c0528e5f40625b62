"""clang-format."""

import shutil
import subprocess

NAME = "format"
ABOUT = "every C++, C and proto file is as clang-format-19 would write it (scripts/format does it)"
TOOL = "clang-format-19"
NEEDS = TOOL


def check(tree):
    names = tree.select(".cpp", ".h", ".c", ".proto")
    if not names:
        return []
    asked = subprocess.run([TOOL, "--dry-run", "-Werror", "--ferror-limit=1", *names], cwd=tree.root,
                           capture_output=True, text=True, check=False)
    if asked.returncode == 0:
        return []
    return [line.split(": error:")[0] + ": not formatted: run scripts/format"
            for line in asked.stderr.split("\n") if ": error:" in line] or [asked.stderr]


def can_run():
    return shutil.which(TOOL) is not None


STYLE = "BasedOnStyle: Google\nColumnLimit: 100\n"
MUST_FAIL = [({".clang-format": STYLE, "base/a.cpp": "int  x ;\n"}, "base/a.cpp:1:4: not formatted")]
MUST_PASS = [{".clang-format": STYLE, "base/a.cpp": "int x;\n"}]

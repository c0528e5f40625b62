"""The project's files as the rules see them."""

import functools
import pathlib
import re
import subprocess

CPP_SUFFIXES = (".cpp", ".h", ".c")
# Programs that tests record: C and C++ that uses what programs use, on purpose.
RECORDED_FOLDERS = ("tests/programs/", "tests/recorded/inputs/")
SCRIPT_FOLDERS = ("scripts", ".ci")


class Tree:
    """The files under `root`: those that git knows or would add, or all if it is no work tree."""

    def __init__(self, root):
        self.root = pathlib.Path(root)

    @functools.cached_property
    def files(self):
        """Paths relative to the root, sorted, as strings."""
        asked = subprocess.run(
            ["git", "-C", str(self.root), "ls-files", "-z", "--cached", "--others",
             "--exclude-standard"], capture_output=True, check=False)
        if asked.returncode == 0 and (self.root / ".git").exists():
            names = asked.stdout.decode().split("\0")
        else:
            names = [str(path.relative_to(self.root)) for path in self.root.rglob("*")]
        return sorted({name for name in names
                       if name and not name.startswith(("build/", ".git/"))
                       and (self.root / name).is_file()})

    def select(self, *suffixes, under=()):
        """Files with one of the suffixes, in one of the folders (all folders if none is named)."""
        return [f for f in self.files
                if f.endswith(suffixes) and (not under or f.startswith(tuple(u + "/" for u in under)))]

    @functools.cached_property
    def cpp(self):
        """mecrr's own C++, tests included; not the programs that tests record."""
        return [f for f in self.select(*CPP_SUFFIXES) if not f.startswith(RECORDED_FOLDERS)]

    @functools.cache
    def text(self, name):
        return (self.root / name).read_text(encoding="utf-8", errors="replace")

    @functools.cache
    def code_lines(self, name):
        """Lines of C++ with comments and the insides of literals blanked; line numbers stay."""
        return blank_comments_and_literals(self.text(name)).split("\n")

    def exists(self, name):
        return (self.root / name).exists()

    @functools.cached_property
    def layers(self):
        """Folder -> folders that it may use, from the one place that says so, cmake/layers.cmake."""
        table = {}
        for layer, allowed in re.findall(r"^set\(layers_(\w+) ([^)]*)\)", self.text("cmake/layers.cmake"),
                                         re.MULTILINE):
            table[folder_of(layer)] = {folder_of(name) for name in allowed.replace('"', "").split()}
        return table


def folder_of(layer):
    return layer.replace("_", "-")


TOKEN = re.compile(
    r'//[^\n]*'
    r'|/\*.*?\*/'
    r'|R"(?P<delimiter>[^()\s\\]{0,16})\(.*?\)(?P=delimiter)"'
    r'|"(?:\\.|[^"\\\n])*"'
    r"|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])*'",  # not the ' of 1'000'000
    re.DOTALL)


def blank_comments_and_literals(text):
    def blank(match):
        token = match.group(0)
        if token[0] in "\"'R":
            return '"' + "\n" * token.count("\n") + '"'
        return "\n" * token.count("\n")

    # Include names are quoted, too, and must stay.
    return re.sub(TOKEN, lambda m: m.group(0) if is_include(text, m.start()) else blank(m), text)


def is_include(text, at):
    line_start = text.rfind("\n", 0, at) + 1
    return text[line_start:at].lstrip().startswith("#") and "include" in text[line_start:at]

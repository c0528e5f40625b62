"""Folders and names."""

import re

NAME = "layout"
ABOUT = "a README in each folder of the top level, with its parts; names that name nothing"

LAYER_PARTS = ("What it is", "May include", "Read in this order", "Nouns", "Test alone", "Not here")
OTHER_PARTS = ("What it is",)
README_LINES = 40  # ten is the aim
EMPTY_NAMES = r"(^|[_-])(util|utils|helper|helpers|misc|common|manager|stuff)s?([_-]|$)"
EMPTY_TYPES = r"\b(class|struct)\s+\w*(Manager|Helper|Util|Utils|Misc)\b"


def check(tree):
    folders = sorted({f.split("/")[0] for f in tree.files if "/" in f and not f.startswith(".")})
    complaints = [c for folder in folders for c in readme_complaints(tree, folder)]
    complaints += [c for name in tree.files for c in name_complaints(name)]
    complaints += [c for name in tree.cpp for c in type_complaints(tree, name)]
    return complaints


def readme_complaints(tree, folder):
    readme = f"{folder}/README.md"
    if not tree.exists(readme):
        yield f"{readme}:1: is missing: ten lines that say what {folder}/ is"
        return
    text = tree.text(readme)
    is_layer = folder in tree.layers
    for part in LAYER_PARTS if is_layer else OTHER_PARTS:
        if f"**{part}" not in text:
            yield f"{readme}:1: has no **{part}**"
    if is_layer and text.count("\n") > README_LINES:
        yield f"{readme}:{README_LINES}: longer than {README_LINES} lines: tell it in docs/ or a header"
    if is_layer and not tree.exists(f"{folder}/CMakeLists.txt"):
        yield f"{folder}/CMakeLists.txt:1: is missing: nothing here is compiled"


def name_complaints(name):
    parts = name.split("/")
    for part in parts[:-1] + [parts[-1].split(".")[0]]:
        if re.search(EMPTY_NAMES, part):
            yield f"{name}:1: {part} names nothing: which noun is it?"


def type_complaints(tree, name):
    for number, line in enumerate(tree.code_lines(name), 1):
        if re.search(EMPTY_TYPES, line):
            yield f"{name}:{number}: Manager, Helper, Util name nothing: which noun is it?"
    if not re.fullmatch(r"[a-z0-9_]+\.\w+", name.split("/")[-1]):
        yield f"{name}:1: files are snake_case"


README = "".join(f"**{part}** x\n" for part in LAYER_PARTS)
TABLE = 'set(layers_base "")\n'
BASE = {"cmake/layers.cmake": TABLE, "cmake/README.md": "**What it is** x\n",
        "base/README.md": README, "base/CMakeLists.txt": ""}
MUST_FAIL = [
    (BASE | {"bench/a.cpp": ""}, "bench/README.md:1: is missing"),
    (BASE | {"base/README.md": "**What it is** x\n"}, "has no **Nouns**"),
    (BASE | {"base/README.md": README + "\n" * 50}, "longer than"),
    ({"cmake/layers.cmake": TABLE, "base/README.md": README}, "nothing here is compiled"),
    (BASE | {"base/string_util.h": ""}, "names nothing"),
    (BASE | {"base/a.h": "class TaskManager {};\n"}, "name nothing"),
    (BASE | {"base/FooBar.h": ""}, "snake_case"),
]
MUST_PASS = [BASE | {"base/a.h": "struct Utility {};\n"}]

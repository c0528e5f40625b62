"""Counts that may only fall (tests/house/ratchets.txt)."""

import re

from . import words

NAME = "ratchets"
ABOUT = "counts that may only fall: calls that need code, NOLINT, exceptions from the rule of words"
DATA = "tests/house/ratchets.txt"


def calls_with_effect_code(tree):
    return count(tree, r"\.effect\s*=", [f for f in tree.cpp if f.startswith("device/calls/")])


def nolint(tree):
    return sum(len(re.findall(r"\bNOLINT(?!END\b)", tree.text(name))) for name in tree.cpp)


def count(tree, pattern, names):
    return sum(len(re.findall(pattern, line)) for name in names for line in tree.code_lines(name))


COUNTERS = {
    "calls_with_effect_code": calls_with_effect_code,
    "nolint": nolint,
    "word_exceptions": words.count_exceptions,
}


def read(tree):
    return {name: int(number) for name, number in
            re.findall(r"^(\w+)\s+(\d+)", tree.text(DATA), re.MULTILINE)}


def check(tree):
    allowed = read(tree)
    complaints = [f"{DATA}:1: has no count for {name}" for name in COUNTERS if name not in allowed]
    for name, limit in allowed.items():
        if name not in COUNTERS:
            complaints.append(f"{DATA}:1: nothing counts {name}")
            continue
        now = COUNTERS[name](tree)
        if now > limit:
            complaints.append(f"{DATA}:1: {name} rose from {limit} to {now}: find a way without")
        elif now < limit:
            complaints.append(f"{DATA}:1: {name} fell from {limit} to {now}, well done: write {now} there")
    return complaints


ZERO = "calls_with_effect_code 0\nnolint 0\nword_exceptions 0\n"
MUST_FAIL = [
    ({DATA: ZERO, "device/calls/a.cpp": "{.effect = &effects::mmap},\n"},
     "calls_with_effect_code rose from 0 to 1"),
    ({DATA: ZERO, "base/a.cpp": "x();  // NOLINT(bugprone-x)\n"}, "nolint rose from 0 to 1"),
    ({DATA: ZERO, "base/a.cpp": "close(x);  // house(close): in the child after vfork\n"},
     "word_exceptions rose"),
    ({DATA: ZERO.replace("nolint 0", "nolint 2")}, "nolint fell from 2 to 0"),
    ({DATA: "nolint 0\n"}, "has no count for calls_with_effect_code"),
    ({DATA: ZERO + "beauty 1\n"}, "nothing counts beauty"),
]
MUST_PASS = [{DATA: "# comment\n" + ZERO, "base/a.cpp": "int x;\n"}]

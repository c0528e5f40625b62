#!/usr/bin/env python3
"""The house rules, as a program: scripts/house [RULE…] | --self-test RULE | --report | --list

Exit status 0: no complaint; 1: complaints, one a line; 2: wrong usage; 77: a tool that it needs is missing.
"""

import pathlib
import sys
import tempfile

import sizes
from rules import format as format_rule
from rules import includes, layout, links, ratchets, unfinished, words
from tree import Tree

RULES = {rule.NAME: rule
         for rule in (includes, words, unfinished, layout, links, ratchets, format_rule)}
ROOT = pathlib.Path(__file__).resolve().parents[2]


def run(rule, root):
    return rule.check(Tree(root))


def run_on(rule, files):
    """The complaints about a small tree of `files` (name -> text)."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            path = pathlib.Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return run(rule, folder)


def self_test(rule):
    """That the rule fails where it must, and only there."""
    problems = []
    for files, expected in rule.MUST_FAIL:
        complaints = run_on(rule, files)
        if not any(expected in complaint for complaint in complaints):
            problems.append(f"{rule.NAME} should complain “{expected}” about {files}, said {complaints}")
    for files in rule.MUST_PASS:
        problems += [f"{rule.NAME} should not complain: {complaint}"
                     for complaint in run_on(rule, files)]
    if not rule.MUST_FAIL or not rule.MUST_PASS:
        problems.append(f"{rule.NAME} has no example")
    return problems


def main(arguments):
    if arguments == ["--list"]:
        for rule in RULES.values():
            print(f"{rule.NAME:12} {rule.ABOUT}")
        return 0
    if arguments == ["--report"]:
        print("\n".join(sizes.report(Tree(ROOT))))
        return 0
    if arguments == ["--self-test", "sizes"]:
        return tell(sizes.self_test())
    judge = self_test if arguments[:1] == ["--self-test"] else lambda rule: run(rule, ROOT)
    names = [name for name in arguments if name != "--self-test"] or list(RULES)
    unknown = [name for name in names if name not in RULES]
    if unknown:
        print(f"house: no rule {unknown[0]}; there are: {' '.join(RULES)}", file=sys.stderr)
        return 2
    chosen = [RULES[name] for name in names]
    for rule in chosen:
        if not getattr(rule, "can_run", lambda: True)():
            print(f"house: skipped {rule.NAME}: {rule.NEEDS} is not installed (scripts/setup check)")
            if len(chosen) == 1:
                return 77
            chosen = [other for other in chosen if other is not rule]
    return tell([complaint for rule in chosen for complaint in judge(rule)])


def tell(complaints):
    for complaint in complaints:
        print(complaint)
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

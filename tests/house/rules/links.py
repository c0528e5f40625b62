"""What documents point to is there."""

import re

NAME = "links"
ABOUT = "links in .md files resolve, anchors and `paths/of/files.cpp` too"

LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
PATH = re.compile(r"`([\w.-]+(?:/[\w.-]+)+/?)`")


def check(tree):
    top = {f.split("/")[0] for f in tree.files if "/" in f}
    complaints = []
    for name in tree.select(".md"):
        in_block = False
        for number, line in enumerate(tree.text(name).split("\n"), 1):
            if line.lstrip().startswith("```"):
                in_block = not in_block
            if in_block:
                continue
            broken = [link for link in LINK.findall(line) if not resolves(tree, name, link)]
            broken += [path for path in PATH.findall(line)
                       if path.split("/")[0] in top and not tree.exists(path)]
            complaints += [f"{name}:{number}: {target} is not there" for target in broken]
    return complaints


def resolves(tree, name, link):
    if re.match(r"[a-z]+:", link):
        return True  # the world outside is not ours to test
    path, _, anchor = link.partition("#")
    here = tree.root / name
    target = (here.parent / path).resolve() if path else here.resolve()
    if not target.exists():
        return False
    if not anchor:
        return True
    return target.suffix == ".md" and anchor in anchors(target.read_text(encoding="utf-8"))


def anchors(text):
    """As code hosts make them of headings."""
    headings = re.findall(r"^#+\s+(.*?)\s*$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


MUST_FAIL = [
    ({"docs/a.md": "see [b](b.md)\n"}, "docs/a.md:1: b.md is not there"),
    ({"docs/a.md": "[x](b.md#none)\n", "docs/b.md": "# One\n"}, "b.md#none"),
    ({"docs/a.md": "\nread `docs/b/c.cpp`\n"}, "docs/a.md:2: docs/b/c.cpp"),
]
MUST_PASS = [
    {"docs/a.md": "# A `b` c\n[b](b.md#the-one--two) [self](#a-b-c) [w](https://x.org/y) `docs/b.md` `and/or`\n"
                  "```\n[x](nowhere)\n```\n",
     "docs/b.md": "## The one – two\n"},
]

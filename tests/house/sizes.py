"""The longest files and functions. A report: length is a question (docs/house-rules.md), not a fault."""

import re

NOT_FUNCTIONS = re.compile(
    r"^(if|for|while|switch|catch|else|do|namespace|class|struct|enum|union|extern|return)\b"
    r"|=\s*$")  # an initializer


def functions(lines):
    """(first line, number of lines, heading) of each function body, by counting braces."""
    found = []
    statement = ""
    stack = []  # of each open brace: (line, heading) if it is a function's, else None
    for number, line in enumerate(lines, 1):
        if line.lstrip().startswith("#"):
            continue
        for character in line:
            if character == "{":
                inside = any(stack)
                heading = " ".join(statement.split())
                opens = not inside and "(" in heading and not NOT_FUNCTIONS.search(heading)
                stack.append((number, heading) if opens else None)
                statement = ""
            elif character == "}":
                opened = stack.pop() if stack else None
                if opened:
                    found.append((opened[0], number - opened[0] + 1, opened[1]))
                statement = ""
            elif character == ";":
                statement = ""
            else:
                statement += character
        statement += " "
    return found


def report(tree, most=10):
    files = sorted(((tree.text(name).count("\n"), name) for name in tree.cpp), reverse=True)
    every = sorted(((length, f"{name}:{first}", heading) for name in tree.cpp
                    for first, length, heading in functions(tree.code_lines(name))), reverse=True)
    out = [f"{len(files)} files; the longest:"]
    out += [f"  {length:5} {name}" for length, name in files[:most]]
    out += [f"{len(every)} functions; the longest:"]
    out += [f"  {length:5} {place}  {heading[:70]}" for length, place, heading in every[:most]]
    for what, lengths in (("files", [f[0] for f in files]), ("functions", [e[0] for e in every])):
        if lengths:
            lengths.sort()
            half, nine = lengths[len(lengths) // 2], lengths[int(len(lengths) * 0.9)]
            out.append(f"{what}: half are up to {half} lines, nine in ten up to {nine}")
    return out


def self_test():
    lines = ["namespace a {", "int f(int x) {", "  if (x) {", "  }", "}", "struct S {", "  void g() {}", "};", "}"]
    expected = [(2, 4, "int f(int x)"), (7, 1, "void g()")]
    found = functions(lines)
    return [] if found == expected else [f"sizes: found {found}, not {expected}"]

"""What is compared between runs, and how a difference is told."""

import re


class Failed(Exception):
    """Something is not as it must be; the text tells what."""


def expect(what, got, wanted, outcome):
    if got != wanted:
        raise Failed(f"{what}: {first_difference(got, wanted)}\n{shown(outcome)}")


def masked(output, varies):
    """`output` with what the patterns in `varies` find replaced."""
    for pattern in varies:
        output = re.sub(pattern.encode(), b"<varies>", output)
    return output


def first_difference(got, wanted):
    if not isinstance(got, bytes):
        return f"{got!r}, expected {wanted!r}"
    got_lines, wanted_lines = got.splitlines(True), wanted.splitlines(True)
    for number, (one, other) in enumerate(zip(got_lines, wanted_lines), 1):
        if one != other:
            return f"line {number} is {one[:300]!r}, expected {other[:300]!r}"
    return f"{len(got_lines)} lines, expected {len(wanted_lines)}; as far as both go they are the same"


def shown(outcome, most=3000):
    """The end of both outputs: a whole one can be megabytes."""
    out, err = (data[-most:].decode(errors="replace") for data in (outcome.stdout, outcome.stderr))
    return f"{outcome.end} after {outcome.seconds:.1f} s\n--- stdout\n{out}\n--- stderr\n{err}"

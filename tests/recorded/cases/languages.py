"""Interpreters and their libraries."""

from .case import Case, copied, script


def python(name, **more):
    return Case(f"python_{name}", script("/usr/bin/python3", f"python_{name}.py"), copied(f"python_{name}.py"),
                **more)


CASES = [
    python("imports"),
    python("threads"),
    python("subprocess"),
    python("multiprocessing"),
    python("asyncio"),
    python("sqlite"),
    python("chance", varies=(r"(?m)^varies: .*$",)),
    Case("perl", script("perl", "features.pl"), copied("features.pl")),
]

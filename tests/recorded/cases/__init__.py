"""The list of cases, a file per kind of program. CASES: name -> Case."""

from . import databases, ends, files, languages, network, shells, toolchain

CASES = {}
for kind in (shells, files, languages, toolchain, databases, network, ends):
    for case in kind.CASES:
        if case.name in CASES:
            raise ValueError(f"two cases are called {case.name}")
        CASES[case.name] = case

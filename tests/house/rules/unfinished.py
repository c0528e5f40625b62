"""Things that wait for somebody: they need a condition on which they end, or must not be there."""

import re

from tree import RECORDED_FOLDERS

NAME = "unfinished"
ABOUT = "TODO without an end condition, disabled or commented-out tests and code, tests not compiled"

PATTERNS = [
    (r"\bTODO\b(?!\(when [^)]{4,}\))", "write TODO(when CONDITION): or do it now"),
    (r"\b(FIXME|XXX|HACK)\b", "mend it, or write TODO(when CONDITION):"),
    (r"\bDISABLED_\w", "no test is disabled: mend or delete it"),
    (r"^\s*(//|#|/\*)\s*TEST(_F|_P)?\s*\(", "a commented-out test: mend or delete it"),
    (r"^\s*#\s*if\s+0\b", "delete it: git keeps it"),
    (r"\bGTEST_SKIP\(\)\s*;", "say why it is skipped: GTEST_SKIP() << …"),
    (r"set_tests_properties\(.*\bDISABLED\b", "no test is disabled: mend or delete it"),
]
TEXTS = (".cpp", ".h", ".c", ".txt", ".cmake", ".py", ".proto", ".md", ".S")


def check(tree):
    complaints = []
    for name in tree.files:
        is_text = name.endswith(TEXTS) or name.startswith(("scripts/", ".ci/"))
        if not is_text or name.startswith(("tests/house/", "tests/fuzz/corpus")) or \
                name == "docs/house-rules.md":
            continue
        for number, line in enumerate(tree.text(name).split("\n"), 1):
            complaints += [f"{name}:{number}: {instead}" for pattern, instead in PATTERNS
                           if re.search(pattern, line)]
    return complaints + not_compiled(tree)


def not_compiled(tree):
    """A .cpp that no CMakeLists.txt names is neither built nor run."""
    complaints = []
    for name in tree.select(".cpp"):
        if name.startswith(RECORDED_FOLDERS):
            continue  # globbed, or compiled when they are recorded
        parts = name.split("/")
        for depth in range(len(parts) - 1, 0, -1):
            lists = "/".join(parts[:depth]) + "/CMakeLists.txt"
            if tree.exists(lists):
                inner = re.escape("/".join(parts[depth:]))
                if not re.search(rf"(?<![\w/.-]){inner}(?![\w.-])", tree.text(lists)):
                    complaints.append(f"{name}:1: not compiled: {lists} does not name it")
                break
        else:
            complaints.append(f"{name}:1: not compiled: no CMakeLists.txt above it")
    return complaints


MUST_FAIL = [
    ({"base/a.h": "// TODO: later\n"}, "base/a.h:1: write TODO(when CONDITION)"),
    ({"docs/a.md": "ok\nFIXME\n"}, "docs/a.md:2: mend it"),
    ({"tests/base/a.h": "TEST(Suite, DISABLED_Name) {}\n"}, "no test is disabled"),
    ({"tests/base/a.h": "// TEST(Suite, Name) {}\n"}, "commented-out"),
    ({"base/a.h": "#if 0\n#endif\n"}, "delete it"),
    ({"tests/base/a.h": "GTEST_SKIP();\n"}, "say why"),
    ({"tests/CMakeLists.txt": "set_tests_properties(x PROPERTIES DISABLED TRUE)\n"}, "disabled"),
    ({"tests/base/CMakeLists.txt": "a_test.cpp", "tests/base/test.cpp": ""}, "not compiled"),
    ({"tests/base/test.cpp": ""}, "no CMakeLists.txt above it"),
]
MUST_PASS = [
    {"base/a.h": "// TODO(when g++ 13 is the compiler): std::format\nmkdtemp(\"/tmp/XXXXXX\");\n#if 1\n#endif\n",
     "tests/base/CMakeLists.txt": "SOURCES a_test.cpp sub/b_test.cpp",
     "tests/base/a_test.cpp": "GTEST_SKIP() << \"no tty\";\n", "tests/base/sub/b_test.cpp": ""},
]

"""Words that C++ here does not use, each with what to use instead."""

import re

NAME = "words"
ABOUT = "banned words, each with its replacement"

# (word, pattern, folders or files that may, what to do instead)
BANNED = [
    ("reinterpret_cast", r"\breinterpret_cast\b", ("base/",),
     "base/bytes.h and RemoteAddress::as_pointer() do that"),
    ("sleep", r"\b(sleep|usleep|nanosleep|clock_nanosleep|sleep_for|sleep_until)\s*\(", (),
     "wait for the thing itself: waitpid, poll, a condition; a sleep hides a race"),
    ("close", r"(?<![\w.>])(?<!std)(?:::)?\bclose\s*\((?!\s*\)\s*(?:const|&&|;|\{))", ("base/unique_fd.cpp",),
     "UniqueFd (base/unique_fd.h) closes"),
    ("print", r"\bstd::c(out|err|log)\b|(?<![\w:])f?printf\s*\(|\bfmt::print\s*\(|(?<!\w)(puts|perror)\s*\(",
     ("cli/", "tests/", "bench/"), "return a Result or call back: only cli/ prints"),
    ("exit", r"(?<![\w.>:])(std::)?(exit|quick_exit)\s*\(", ("cli/", "tests/", "bench/"),
     "return a Result: only cli/ exits"),
    ("assert", r"(?<![\w.])assert\s*\(", (), "MECRR_CHECK (base/check.h) prints values and stays on"),
    ("shell", r"(?<![\w.>])(std::)?(system|popen)\s*\(", ("tests/", "bench/"),
     "posix_spawn with an argument vector: no shell reads our strings"),
    ("atoi", r"\b(std::)?(atoi|atol|atoll|strtok|sprintf|strcpy|strcat)\s*\(", ("tests/",),
     "std::from_chars says what failed; fmt and std::string know their sizes"),
    ("using namespace", r"\busing\s+namespace\b(?!.*literals)", (), "name what you use"),
]

# An exception, on the line itself or the one above:  // house(close): why this one must
EXCEPTION = re.compile(r"//\s*house\((?P<word>[\w ]+)\):\s*\S.{8,}")


def check(tree):
    return [f"{name}:{number}: {word}: {instead}"
            for name in tree.cpp
            for number, line in enumerate(tree.code_lines(name), 1)
            for word, pattern, may, instead in BANNED
            if re.search(pattern, line) and not (may and name.startswith(may))
            and not excepted(tree, name, number, word)]


def excepted(tree, name, number, word):
    lines = tree.text(name).split("\n")
    around = [lines[number - 1]] + ([lines[number - 2]] if number > 1 else [])
    return any(match.group("word") == word for match in map(EXCEPTION.search, around) if match)


def count_exceptions(tree):
    return sum(1 for name in tree.cpp for line in tree.text(name).split("\n") if EXCEPTION.search(line))


MUST_FAIL = [
    ({"device/a.cpp": "auto p = reinterpret_cast<char*>(x);\n"}, "device/a.cpp:1: reinterpret_cast"),
    ({"tests/device/a.cpp": "x();\nsleep(1);\n"}, "tests/device/a.cpp:2: sleep"),
    ({"device/a.cpp": "std::this_thread::sleep_for(1s);\n"}, "sleep"),
    ({"device/a.cpp": "::close(fd);\n"}, "UniqueFd"),
    ({"device/a.cpp": "if (close(fd) != 0) return;\n"}, "UniqueFd"),
    ({"device/a.cpp": "  // house(sleep): a reason for the wrong word\n  close(fd);\n"}, "UniqueFd"),
    ({"recorder/a.cpp": "fmt::print(stderr, \"x\");\n"}, "only cli/ prints"),
    ({"recorder/a.cpp": "exit(1);\n"}, "only cli/ exits"),
    ({"base/a.cpp": "assert(x);\n"}, "MECRR_CHECK"),
    ({"cli/a.cpp": "std::system(command);\n"}, "posix_spawn"),
    ({"cli/a.cpp": "using namespace std;\n"}, "name what you use"),
    ({"cli/a.cpp": "int n = atoi(text);\n"}, "from_chars"),
]
MUST_PASS = [
    {"device/a.cpp": "// sleep(1) and reinterpret_cast in a comment\nauto s = \"close(\";\n"
                     "std::move(fd).close();\nfile->close();\nstatic_assert(x);\n_exit(1);\n"
                     "/* using namespace\n   std; */ int n = 1'000'000; char c = '\"'; f(\"sleep(\");\n",
     "base/a.cpp": "reinterpret_cast<char*>(x);\n",
     "tests/programs/a.c": "sleep(1); close(2);\n",
     "cli/a.cpp": "fmt::print(\"x\");\nexit(2);\n",
     "device/b.cpp": "// house(close): runs in the child after fork, where nothing may be destroyed\n"
                     "close(fd);\n"},
]

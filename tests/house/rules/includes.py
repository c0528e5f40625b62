"""Who includes whom."""

import re

from tree import RECORDED_FOLDERS

NAME = "includes"
ABOUT = "include arrows, headers that exist, ptrace behind the device only"

INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]')
# What may know ptrace: the device, its tests, and recorded programs that trace others.
PTRACE_FOLDERS = ("device/", "tests/device/", "tests/conformance/", "tests/programs/")


def check(tree):
    complaints = []
    for name in tree.select(".cpp", ".h", ".c"):
        folder = name.split("/")[0]
        for number, line in enumerate(tree.code_lines(name), 1):
            match = INCLUDE.match(line)
            if match:
                complaints += [f"{name}:{number}: {complaint}"
                               for complaint in judge(tree, name, folder, *match.groups())]
        if name.endswith(".h") and not name.startswith(RECORDED_FOLDERS) and \
                "#pragma once" not in tree.text(name):
            complaints.append(f"{name}:1: a header starts with #pragma once")
    return complaints


def judge(tree, name, folder, kind, included):
    if included == "sys/ptrace.h" and not name.startswith(PTRACE_FOLDERS):
        yield "<sys/ptrace.h> is for device/ only: speak to a Device (device/device.h)"
    if name.startswith(RECORDED_FOLDERS):
        return  # programs of their own
    target = included.split("/")[0]
    if kind == '"':
        if included.endswith(".cpp"):
            yield f'"{included}": a .cpp is compiled, not included'
        if "/" not in included or included.startswith("."):
            yield f'"{included}": write the path from the repository root'
        elif not tree.exists(included) and not included.endswith(".pb.h"):
            yield f'"{included}" does not exist'
    if folder in tree.layers and target in tree.layers and target != folder \
            and target not in tree.layers[folder]:
        yield f"{folder}/ may not use {target}/ (cmake/layers.cmake)"
    if folder in tree.layers and target in ("tests", "bench"):
        yield f"{folder}/ may not use {target}/"


TABLE = 'set(layers_base "")\nset(layers_device base)\nset(layers_trace_format base)\n'
MUST_FAIL = [
    ({"cmake/layers.cmake": TABLE, "device/a.cpp": '#include "trace-format/b.h"\n',
      "trace-format/b.h": "#pragma once\n"}, "device/a.cpp:1: device/ may not use trace-format/"),
    ({"cmake/layers.cmake": TABLE, "base/a.cpp": "#include <sys/ptrace.h>\n"}, "for device/ only"),
    ({"cmake/layers.cmake": TABLE, "base/a.h": "int x;\n"}, "#pragma once"),
    ({"cmake/layers.cmake": TABLE, "base/a.cpp": '#include "b.h"\n'}, "from the repository root"),
    ({"cmake/layers.cmake": TABLE, "base/a.cpp": '#include "base/b.h"\n'}, "does not exist"),
    ({"cmake/layers.cmake": TABLE, "base/a.cpp": '#include "tests/b.h"\n',
      "tests/b.h": "#pragma once\n"}, "may not use tests/"),
]
MUST_PASS = [
    {"cmake/layers.cmake": TABLE, "base/b.h": "#pragma once\n",
     "device/a.cpp": '#include <sys/ptrace.h>\n#include "base/b.h"\n// #include "trace-format/c.h"\n'},
]

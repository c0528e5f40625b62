#!/usr/bin/env python3
"""`lz4 -dc trace.pb | protoc --decode` prints a whole trace, with no mecrr there.

    readable_without_mecrr.py --mecrr MECRR
"""

import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
from recorded import processes  # noqa: E402  (after the path that finds it)
from recorded.comparing import Failed, expect  # noqa: E402
from recorded.mecrr import parse_options, record  # noqa: E402

FORMAT = HERE.parents[1] / "trace-format"
COMMAND = ["bash", "-c", "seq 1 3000 | sort -r | tail -1; echo from a child process"]


def main():
    options = parse_options(__doc__)
    try:
        with tempfile.TemporaryDirectory(prefix="mecrr-readable-") as folder:
            check(options.mecrr, pathlib.Path(folder))
    except (Failed, processes.Hung) as problem:
        print(problem)
        return 1
    return 0


def check(mecrr, folder):
    trace = folder / "trace.pb"
    recorded = processes.run(record(mecrr, trace, COMMAND), cwd=folder, limit_s=60)
    expect("end of the recording", recorded.end, "exit 0", recorded)
    unpacked = folder / "unpacked"
    decoded = folder / "decoded"
    with open(unpacked, "wb") as file:
        subprocess.run(["lz4", "-dc", trace], stdout=file, check=True)
    with open(unpacked, "rb") as source, open(decoded, "wb") as file:
        subprocess.run(["protoc", f"--proto_path={FORMAT}", "--decode=mecrr.Trace", "trace.proto"], stdin=source,
                       stdout=file, check=True)
    text = decoded.read_text(encoding="utf-8", errors="replace")
    orders = text.count("\n    order: ")
    # A log of calls has the order of its first.
    orders += sum(int(calls) - 1 for calls in re.findall(r"^ *log \{\n *calls: (\d+)$", text, re.MULTILINE))
    told = re.findall(r"^ending \{.*?^  events: (\d+)$", text, re.MULTILINE | re.DOTALL)
    # proto3 does not print zero: the first event has no order.
    if told != [str(orders + 1)]:
        raise Failed(f"{orders} events and calls have an order above 0; the ending tells of {told}")
    for needed in ('argument: "bash"', 'path: "/usr/bin/sort"', "from a child process"):
        if needed not in text:
            raise Failed(f"{needed} is not in what protoc prints")
    if re.search(r"^ *\d+: ", text, re.MULTILINE):
        raise Failed("protoc found fields that trace.proto does not have")


if __name__ == "__main__":
    sys.exit(main())

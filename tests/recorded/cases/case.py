"""What a case is: a real program to run natively, recorded and replayed."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Case:
    """`setup` runs first, unrecorded, by bash in an empty directory; `$INPUTS` is tests/recorded/inputs.
    `command` then runs in a copy of that directory; nothing of it is there when the recording is replayed.

    `varies`: regular expressions of what differs from run to run. The native run's output and the recorded
    one's must be the same but for these; a replay's must equal its recording's, byte for byte.
    """

    name: str
    command: tuple
    setup: str = ""
    ends: str = "exit 0"  # or "exit 42", "signal SIGSEGV"
    varies: tuple = ()
    terminal: bool = False  # stdin is a terminal, and the controlling one
    environment: dict = dataclasses.field(default_factory=dict)
    limit_s: int = 60  # for each of the three runs

    def __post_init__(self):
        if isinstance(self.command, str) or isinstance(self.varies, str):
            raise TypeError(f"{self.name}: command and varies are tuples of strings")


def shell(text):
    """The command that runs a line of shell, itself part of what is recorded."""
    return ("bash", "-c", text)


def script(interpreter, name):
    """The command that runs the script `name`, which `copied` has put there."""
    return (interpreter, name)


def copied(*names):
    return "\n".join(f'cp -r "$INPUTS/{name}" .' for name in names)

"""The command line as it was given, to be given again."""

import os
import re
import shlex
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

_PASSWORD = re.compile(r"(://[^/@:]*:)[^@]*@")


def command_line(words: Sequence[str] | None = None) -> str:
    """Return the command line, quoted for a shell; passwords in database URLs are left out.

    Args:
        words: The program's path and its arguments; those of this process by default.
    """
    program, *arguments = words or sys.argv
    shown = [_PASSWORD.sub(r"\1***@", argument) for argument in arguments]
    return shlex.join([*_program(program), *shown])


def _program(path: str) -> list[str]:
    if Path(path).name == "__main__.py":
        return [_shortest(sys.executable), "-m", "paribus"]
    return [_shortest(path)]


def _shortest(path: str) -> str:
    """Return the program's bare name where the shell finds the same file by it."""
    name = Path(path).name
    found = shutil.which(name)
    return name if found and os.path.abspath(found) == os.path.abspath(path) else path  # noqa: PTH100 -- links tell apart environments

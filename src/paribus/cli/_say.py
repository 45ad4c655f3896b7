"""Sentences and commands for people to read and copy."""

from rich.console import Console


def say(console: Console, *lines: str, style: str = "") -> None:
    """Print lines as they are, wrapped at words on a terminal only.

    A command, which is a line that is indented, is never broken, so that it can be copied.
    """
    for line in lines:
        is_command = line.startswith("  ")
        console.print(
            line,
            style="" if is_command else style,
            soft_wrap=is_command or not console.is_terminal,
            highlight=False,
            markup=False,
        )

"""What this process may use of the machine."""

import os


def cores() -> tuple[int, ...]:
    """Return the processors that this process may use."""
    try:
        return tuple(sorted(os.sched_getaffinity(0)))
    except AttributeError:  # macOS, Windows
        return tuple(range(os.cpu_count() or 1))

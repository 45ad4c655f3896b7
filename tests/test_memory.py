"""Memory that was freed is used again without a page fault."""

import subprocess
import sys

import pytest

ROUNDS = """
import resource, sys
import numpy as np
from paribus.memory import keep_memory
kept = sys.argv[1] == "kept" and keep_memory()
def use():
    np.ones(25_000_000, np.float32)
use()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(3):
    use()
print(kept, resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


def faults(how: str) -> tuple[bool, int]:
    """Return whether memory was kept, and the page faults of three arrays of 100 MB, one after the other."""
    done = subprocess.run([sys.executable, "-c", ROUNDS, how], check=True, capture_output=True, text=True)
    kept, count = done.stdout.split()
    return kept == "True", int(count)


@pytest.mark.skipif(sys.platform != "linux", reason="the allocator is glibc's")
def test_freed_memory_is_not_faulted_in_again() -> None:
    """Ten faults at most where there were thousands."""
    kept, few = faults("kept")
    _, many = faults("given back")
    assert not kept or (few < 10 and many > 100)

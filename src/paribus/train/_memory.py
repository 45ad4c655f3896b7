"""Memory that stays with the process, instead of being given back and faulted in again at every step."""

import ctypes
import functools
import sys

_TRIM_THRESHOLD, _TOP_PAD, _MMAP_MAX, _ARENA_MAX = -1, -2, -4, -8  # <malloc.h>
_NEVER = 2**31 - 1
_GROWTH = 64 * 2**20


@functools.cache
def keep_memory() -> bool:
    """Tell glibc's allocator to keep freed memory, and say whether it was told.

    By default a buffer of some MiB is mapped anew whenever it is needed, and each of its pages costs a fault. Whoever set
    `MALLOC_*` variables, or uses another allocator, is left alone.
    """
    if sys.platform != "linux":
        return False
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError):  # another C library
        return False
    settings = {_MMAP_MAX: 0, _TRIM_THRESHOLD: _NEVER, _TOP_PAD: _GROWTH, _ARENA_MAX: 1}
    return sum(mallopt(name, value) for name, value in settings.items()) == len(settings)

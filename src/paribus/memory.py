"""Memory that stays with the process, instead of being given back and faulted in again at every step."""

import ctypes
import functools
import sys

_TRIM_THRESHOLD, _TOP_PAD, _MMAP_MAX, _ARENA_MAX = -1, -2, -4, -8  # <malloc.h>
_NEVER = -1
_GROWTH = 64 * 2**20
_RESERVED = 2**30
"""Of address space, not of memory: a page is taken when it is first written."""
_HUGE_PAGE = 2 * 2**20
_MADV_HUGEPAGE = 14  # <sys/mman.h>


@functools.cache
def keep_memory() -> bool:
    """Tell glibc's allocator to keep freed memory, in huge pages, and say whether it was told.

    By default a buffer of some MiB is mapped anew whenever it is needed, and each of its pages costs a fault. Threads that are
    there already keep the allocator's ways they began with, so this comes before JAX computes for the first time, and on the
    main thread, whose heap is the one that grows. Whoever uses another C library is left alone.
    """
    if sys.platform != "linux":
        return False
    try:
        libc = ctypes.CDLL(None)
        mallopt = libc.mallopt
    except (AttributeError, OSError):  # another C library
        return False
    settings = {_MMAP_MAX: 0, _TRIM_THRESHOLD: _NEVER, _TOP_PAD: _GROWTH, _ARENA_MAX: 1}
    told = sum(mallopt(name, value) for name, value in settings.items()) == len(settings)
    if told:
        _reserve_huge_pages(libc)
    return told


def _reserve_huge_pages(libc: ctypes.CDLL) -> None:
    """Let the heap grow once, ask for huge pages there, and give the room back to the allocator, which never gives it up."""
    libc.malloc.restype, libc.malloc.argtypes = ctypes.c_void_p, [ctypes.c_size_t]
    libc.free.argtypes = [ctypes.c_void_p]
    libc.madvise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
    room = libc.malloc(_RESERVED)
    if room is None:  # a limit on address space
        return
    first = -(-room // _HUGE_PAGE) * _HUGE_PAGE
    libc.madvise(first, (room + _RESERVED - first) // _HUGE_PAGE * _HUGE_PAGE, _MADV_HUGEPAGE)
    libc.free(room)

"""Where runs are trained: versions, processor, memory."""

import functools
import importlib.metadata
import platform
import resource
import sys
from pathlib import Path

from paribus.machine import cores
from paribus.records import Environment
from paribus.train.engines import backend_versions, check_backend, device
from paribus.train.fast import describe_kernels, native_kernels

_PACKAGES = ("paribus", "keras", "jax", "jaxlib", "numpy", "scipy", "sqlalchemy", "matplotlib")
_STATUS = Path("/proc/self/status")
_CLEAR_REFS = Path("/proc/self/clear_refs")
_RESET_PEAK = "5"


def versions() -> dict[str, str]:
    """Return the installed versions of Python and of the packages that matter."""
    return (
        {"python": platform.python_version()}
        | {name: importlib.metadata.version(name) for name in _PACKAGES}
        | backend_versions()
    )


@functools.cache
def environment() -> Environment:
    """Return a description of this process' machine."""
    return Environment(
        versions=versions() | _kernels(),
        platform=platform.platform(),
        processor=_processor(),
        device=device(),
        cores=len(cores()),
    )


def _kernels() -> dict[str, str]:
    """Return the version of the native kernels and the instruction set they run on, if they may be used here."""
    return {"paribus-kernels": describe_kernels()} if check_backend() == "jax" and native_kernels() else {}


def reset_peak_memory() -> None:
    """Forget the peak so far, where the system can; elsewhere the peak is that of the process' whole life."""
    try:
        _CLEAR_REFS.write_text(_RESET_PEAK)
    except OSError:
        return


def peak_memory_bytes() -> int:
    """Return the largest resident set of this process since the last reset."""
    try:
        lines = _STATUS.read_text().splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))
    except (OSError, StopIteration):
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak if sys.platform == "darwin" else peak * 1024


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()

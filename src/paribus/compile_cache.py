"""XLA's executables kept between processes, so that a worker does not compile what another has compiled."""

import hashlib
import importlib.metadata
import os
import platform
from pathlib import Path

from paribus.backend import jax, log_is_quiet

SWITCH = "PARIBUS_COMPILE_CACHE"
"""The environment variable that switches the cache off when it is 0."""
_LEAST_SECONDS = 0.2
_PROCESSOR = Path("/proc/cpuinfo")


def keep_executables() -> None:
    """Let JAX keep executables that took long to compile, unless somebody has decided where, or that it does not.

    Loading one, XLA complains of tuning flags as if they were instructions that the processor lacks; where that is not
    silenced, nothing is kept.
    """
    config = jax().config
    if os.environ.get(SWITCH) == "0" or config.jax_compilation_cache_dir or not log_is_quiet():
        return
    try:
        folder().mkdir(parents=True, exist_ok=True)
    except (OSError, RuntimeError):  # a read-only home, or none
        return
    config.update("jax_compilation_cache_dir", str(folder()))
    config.update("jax_persistent_cache_min_compile_time_secs", _LEAST_SECONDS)


def folder() -> Path:
    """Return the user's folder for this processor and jaxlib: another one's instructions may not run here."""
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    machine = f"{_instructions()} jaxlib {importlib.metadata.version('jaxlib')}"
    return home / "paribus" / f"xla-{hashlib.sha256(machine.encode()).hexdigest()[:12]}"


def _instructions() -> str:
    """Return what the processor can do, where the system tells; its name elsewhere."""
    try:
        lines = _PROCESSOR.read_text().splitlines()
        return next(line for line in lines if line.startswith(("flags", "Features")))
    except (OSError, StopIteration):
        return f"{platform.machine()} {platform.processor()}"

"""What every worker's environment says about how it computes."""

import os

from paribus.machine import cores


def arithmetic_settings() -> dict[str, str]:
    """Return the variables that make a worker compute as this process does; what the user has set stays."""
    settings = {
        "NPROC": str(len(cores())),  # XLA's threads: the last bits depend on how many there are
        "OMP_WAIT_POLICY": "PASSIVE",  # threads that share a processor must not wait busily
        "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
    }
    return {name: os.environ.get(name, value) for name, value in settings.items()}

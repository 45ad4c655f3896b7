"""The way to a Ray cluster, and what is known of its nodes."""

import os
import signal
import socket
import threading
import warnings
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Any

from paribus.errors import ExecutorError

_LOOPBACK = "127.0.0.1"
_LOOPBACK_NAMES = (_LOOPBACK, "localhost", "::1")
_CONNECT_SECONDS = 5.0
_FORK = r"os\.fork\(\) was called"
"""Begins what JAX says when a process that has loaded it starts another one by fork."""
_ADDRESS = "RAY_ADDRESS"
"""The environment variable that names the cluster where nobody else does."""


def import_ray() -> Any:
    """Return Ray.

    Raises:
        ExecutorError: It is not installed.
    """
    try:
        import ray  # pyright: ignore[reportMissingImports] -- an extra
    except ImportError as error:
        raise ExecutorError("Ray is not installed; `pip install 'paribus[ray]'` installs it.") from error
    return ray


def connected(address: str | None) -> Any:
    """Return Ray, connected to the cluster; a connection that this process has is kept.

    Args:
        address: host:port; by default what RAY_ADDRESS says, or a cluster that this machine belongs to, or a new one that
            listens to this machine alone and ends with this process.

    Raises:
        ExecutorError: Ray is not installed, or the cluster cannot be reached.
    """
    ray = import_ray()
    if ray.is_initialized():
        return ray
    named = address or os.environ.get(_ADDRESS) or "auto"
    latest = ray._private.utils.read_ray_address()  # noqa: SLF001 -- Ray itself waits minutes for one that has ended
    if named == "local" or (named == "auto" and not (latest and _answers(latest))):
        _start_here(ray)
    elif named == "auto":
        _join(ray, latest, address=None)
    else:
        _check(named)
        _join(ray, named, address=named)
    return ray


def places(ray: Any, needs: Mapping[str, float]) -> int:
    """Return how many items the nodes that are alive can hold together, each item on one node.

    Args:
        ray: Connected.
        needs: What an item needs of each resource; at least one of them above 0.
    """
    return sum(
        min(int(node["Resources"].get(name, 0) // need) for name, need in needs.items() if need)
        for node in ray.nodes()
        if node["Alive"]
    )


def is_alive(ray: Any, node: str) -> bool:
    """Whether the cluster knows the node, and that it lives."""
    return any(each["NodeID"] == node and each["Alive"] for each in ray.nodes())


def this_node() -> str:
    """Return the id of the node that this process, an actor, lives on."""
    return import_ray().get_runtime_context().get_node_id()


def _start_here(ray: Any) -> None:
    """Start a cluster that nobody else can reach: Ray lets whoever reaches one run anything."""
    _initialise(
        ray, "on this machine", {"ENABLE_RAY_CLUSTER": False}, address="local", include_dashboard=False
    )
    addresses = {node["NodeManagerAddress"] for node in ray.nodes()}
    if addresses != {_LOOPBACK}:
        ray.shutdown()
        raise ExecutorError(
            f"Ray {ray.__version__} does not keep to {_LOOPBACK} when it is told to; "
            "start a cluster with `ray start --head` where you want one, and give its address."
        )


def _join(ray: Any, where: str, *, address: str | None) -> None:
    constants: dict[str, Any] = {"NUM_REDIS_GET_RETRIES": 1}  # each try takes 40 seconds
    if where.rpartition(":")[0].strip("[]") in _LOOPBACK_NAMES:
        constants["ENABLE_RAY_CLUSTER"] = (
            False  # else it looks for the cluster at another address of this machine
        )
    _initialise(ray, f"at {where}", constants, address=address)


def _check(address: str) -> None:
    if "://" in address:
        raise ExecutorError(
            f"Ray address {address}: give host:port of the cluster's head, on one of its nodes."
        )
    if not _answers(address):
        raise ExecutorError(f"the Ray cluster at {address} cannot be reached: nobody answers there.")


def _answers(address: str) -> bool:
    """Whether a connection to host:port can be made."""
    host, _, port = address.rpartition(":")
    if not host or not port.isdecimal():
        return False
    try:
        with socket.create_connection((host.strip("[]"), int(port)), timeout=_CONNECT_SECONDS):
            return True
    except (OSError, OverflowError):
        return False


def _initialise(ray: Any, where: str, constants: dict[str, Any], **options: Any) -> None:
    try:
        with _constants(ray, constants), _signals_kept(), warnings.catch_warnings():
            warnings.filterwarnings("ignore", _FORK, RuntimeWarning)  # it executes a program at once
            ray.init(log_to_driver=False, logging_level="error", **options)
    except Exception as error:  # Ray raises whatever its parts raise
        ray.shutdown()
        raise ExecutorError(f"the Ray cluster {where} cannot be reached: {error}") from error


@contextmanager
def _constants(ray: Any, values: dict[str, Any]) -> Generator[None]:
    """Have Ray's constants so for a while; it reads them from the environment once, when it is imported."""
    home = ray._private.ray_constants  # noqa: SLF001 -- whoever has imported Ray can no longer set them otherwise
    before = {name: getattr(home, name) for name in values}
    vars(home).update(values)
    try:
        yield
    finally:
        vars(home).update(before)


@contextmanager
def _signals_kept() -> Generator[None]:
    """Keep what Ctrl-C and SIGTERM do; Ray has SIGTERM end the process."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

"""Which engine trains: that of the backend Keras runs on."""

from types import ModuleType

from paribus.backend import Array, Model, Optimizer, keras
from paribus.errors import BackendError, ExecutorError, listed
from paribus.train._objective import Objective
from paribus.train.engines import _jax, _tensorflow, _torch
from paribus.train.engines._base import Alone, Engine, State, Together
from paribus.train.engines._jax import JaxEngine
from paribus.train.engines._portable import PortableEngine
from paribus.train.fast import kernel_versions

_BACKENDS: dict[str, ModuleType] = {"jax": _jax, "tensorflow": _tensorflow, "torch": _torch}
_SEVERAL = "seeds together"
"""Ends the name of an engine that may train several seeds at once."""
_TOOLKITS = {"tensorflow": _tensorflow.TensorFlowToolkit, "torch": _torch.TorchToolkit}


def make_engine(
    model: Model,
    objective: Objective,
    optimizer: Optimizer,
    *,
    input_shape: tuple[int, ...],
    fast_layers: bool,
    native_kernels: bool,
) -> Engine:
    """Return a new engine for `model` on the backend that Keras runs on.

    Args:
        model: A built Keras model, which becomes the engine's own.
        objective: The loss.
        optimizer: A new Keras optimizer.
        input_shape: Shape in which the model takes one example.
        fast_layers: Whether layers may be replaced by faster ones that compute the same, where the engine has any.
        native_kernels: Whether those may run on native kernels.

    Raises:
        BackendError: No engine trains on that backend.
    """
    backend = check_backend()
    if backend == "jax":
        return JaxEngine(
            model,
            objective,
            optimizer,
            input_shape=input_shape,
            fast_layers=fast_layers,
            native_kernels=native_kernels,
            whole_epochs=_jax.kind() != "cpu",
        )
    return PortableEngine(model, objective, optimizer, input_shape=input_shape, toolkit=_TOOLKITS[backend]())


def check_backend() -> str:
    """Return the name of the backend that Keras runs on.

    Raises:
        BackendError: No engine trains on it.
    """
    backend = keras().backend.backend()
    if backend not in _BACKENDS:
        raise BackendError(
            f"Keras runs on '{backend}', which trains nothing here; paribus trains on {listed(_BACKENDS)}. Set the "
            "environment variable KERAS_BACKEND to one of them (or the backend in keras.json), before Keras is imported."
        )
    return backend


def seeds_together(asked: int | None = None) -> int:
    """Return how many seeds of an arm may train at once: as many as asked, or what suits the device.

    Raises:
        BackendError: No engine trains on Keras' backend.
        ExecutorError: It is not positive, or more than one where the backend's engine trains one at a time.
    """
    trains_several = check_backend() == "jax"
    if asked is None:
        return _jax.seeds_together() if trains_several else 1
    if asked < 1:
        raise ExecutorError(f"together is {asked!r}; it must be above 0.")
    if asked > 1 and not trains_several:
        raise ExecutorError(
            f"together is {asked}, but on '{check_backend()}' seeds train one at a time; leave it out, or train on jax."
        )
    return asked


def make_together(engine: Engine, seeds: int) -> Together:
    """Return what trains so many seeds on `engine`; for one, it is the engine's own arithmetic, to the last bit."""
    return engine.together(seeds) if isinstance(engine, JaxEngine) and seeds > 1 else Alone(engine)


def most_seeds(engine: Engine, state: State, x: Array, y: Array, *, batch_size: int) -> int:
    """Return how many seeds can train on `engine` at once, by its device's memory."""
    if isinstance(engine, JaxEngine):
        return engine.most_seeds(state, x, y, batch_size=batch_size)
    return 1


def is_out_of_memory(error: Exception) -> bool:
    """Whether seeds that trained at once took more memory than the device has."""
    return check_backend() == "jax" and _jax.is_out_of_memory(error)


def engine_name(together: int = 1, *, native_kernels: bool = False) -> str:
    """Return what trains, with the versions that change numbers; part of every run's identity.

    Args:
        native_kernels: Whether native kernels are used where there are any.
        together: How many seeds may train at once. That there may be several is part of the name, because it changes the
            last bits; how many is not, because a device's memory and what is left to do decide that.
    """
    backend = check_backend()
    engine = _BACKENDS[backend]
    parts = {f"{backend}-{engine.kind()}": engine.VERSION, "keras": keras().__version__} | engine.versions()
    if native_kernels and backend == "jax":
        parts |= kernel_versions()
    words = [f"{name} {version}" for name, version in parts.items()]
    return ", ".join([*words, *([_SEVERAL] if together > 1 else [])])


def device() -> str:
    """Return the kind and name of the device that trains."""
    return _BACKENDS[check_backend()].device()


def backend_versions() -> dict[str, str]:
    """Return the versions of the packages of the backend that Keras runs on."""
    return _BACKENDS[check_backend()].versions()

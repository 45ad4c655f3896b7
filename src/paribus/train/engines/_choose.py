"""Which engine trains: that of the backend Keras runs on."""

from types import ModuleType

from paribus.backend import Model, Optimizer, keras
from paribus.errors import BackendError, listed
from paribus.train._objective import Objective
from paribus.train.engines import _jax, _tensorflow, _torch
from paribus.train.engines._base import Engine
from paribus.train.engines._jax import JaxEngine
from paribus.train.engines._portable import PortableEngine

_BACKENDS: dict[str, ModuleType] = {"jax": _jax, "tensorflow": _tensorflow, "torch": _torch}
_TOOLKITS = {"tensorflow": _tensorflow.TensorFlowToolkit, "torch": _torch.TorchToolkit}


def make_engine(
    model: Model,
    objective: Objective,
    optimizer: Optimizer,
    *,
    input_shape: tuple[int, ...],
    fast_layers: bool,
) -> Engine:
    """Return a new engine for `model` on the backend that Keras runs on.

    Args:
        model: A built Keras model, which becomes the engine's own.
        objective: The loss.
        optimizer: A new Keras optimizer.
        input_shape: Shape in which the model takes one example.
        fast_layers: Whether layers may be replaced by faster ones that compute the same, where the engine has any.

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


def engine_name() -> str:
    """Return what trains, with the versions that change numbers; part of every run's identity."""
    backend = check_backend()
    engine = _BACKENDS[backend]
    parts = {f"{backend}-{engine.kind()}": engine.VERSION, "keras": keras().__version__} | engine.versions()
    return ", ".join(f"{name} {version}" for name, version in parts.items())


def device() -> str:
    """Return the kind and name of the device that trains."""
    return _BACKENDS[check_backend()].device()


def backend_versions() -> dict[str, str]:
    """Return the versions of the packages of the backend that Keras runs on."""
    return _BACKENDS[check_backend()].versions()

"""Arm × Dataset -> a Keras model that fits, with initial weights drawn from a stream of its own."""

import random
import re
from collections.abc import Generator
from contextlib import chdir, contextmanager
from typing import Any
from weakref import WeakSet

import numpy as np

from paribus.backend import Model, jax, keras
from paribus.datasets import Dataset
from paribus.errors import ArmError, listed
from paribus.study import Arm, Precision

_POLICIES: dict[Precision, str] = {"float32": "float32", "bfloat16": "mixed_bfloat16"}
_built: WeakSet[Any] = WeakSet()


def build(arm: Arm, dataset: Dataset, *, init_rng: np.random.Generator) -> Model:
    """Build `arm` for the examples and classes of `dataset`.

    Args:
        arm: What to build.
        dataset: What it must fit.
        init_rng: Where the initial weights come from; the process' own generators are left as they were.

    Raises:
        ArmError: The builder fails, returns no Keras model, or one that does not fit the dataset.
    """
    with _seeded(int(init_rng.integers(2**31))), _left_as_it_was():
        try:
            model = arm.build(dataset.example_shape, dataset.classes)
        except (Exception, SystemExit) as error:
            raise ArmError(
                f"arm '{arm.name}': build({dataset.example_shape}, {dataset.classes}) raised "
                f"{type(error).__name__}: {error}"
            ) from error
    if not isinstance(model, keras().Model):
        raise ArmError(f"arm '{arm.name}': the builder returned a {type(model).__name__}, not a Keras model.")
    _refuse_reuse(arm, model)
    if problems := _bad_input(model, dataset) or _bad_output(model, dataset):
        raise ArmError([f"arm '{arm.name}': {problem}" for problem in problems])
    return model


def _refuse_reuse(arm: Arm, model: Model) -> None:
    """Refuse a model or layer of an earlier build: its weights would be that build's, whatever the seed."""
    parts = [model, *model.layers]
    reused = [part.name for part in parts if part in _built]
    if reused:
        raise ArmError(
            f"arm '{arm.name}': {listed(reused)} comes from an earlier build, so every seed would begin with the same "
            "weights; make the model and all its layers inside the builder."
        )
    for part in parts:
        _built.add(part)


@contextmanager
def precision(name: Precision) -> Generator[None]:
    """Let layers that are made in this context compute in `name`; the process' own policy is put back."""
    before = keras().config.dtype_policy()
    keras().config.set_dtype_policy(_POLICIES[name])
    try:
        yield
    finally:
        keras().config.set_dtype_policy(before)


def outline(arm: Arm, dataset: Dataset) -> Model:
    """Build `arm` for its structure alone: on JAX its weights have shapes and no values, which takes milliseconds.

    A builder that fails without values is built in full.

    Raises:
        ArmError: As `build` does.
    """

    def built() -> Model:
        return build(arm, dataset, init_rng=np.random.default_rng(0))

    if keras().backend.backend() != "jax":
        return built()
    traced: list[Model] = []
    try:
        jax().eval_shape(lambda: traced.append(built()))
    except ArmError as error:
        if error.__cause__ is None:
            raise
        return built()
    return traced[0]


def input_shape(model: Model, dataset: Dataset) -> tuple[int, ...]:
    """Return the shape in which `model` takes one example: the dataset's own, or flat."""
    flat = (int(np.prod(dataset.example_shape)),)
    return flat if _declared_input(model) == flat else dataset.example_shape


@contextmanager
def _seeded(seed: int) -> Generator[None]:
    """Seed the generators that Keras initialisers draw from, and put Python's and NumPy's back afterwards."""
    python_state, numpy_state = random.getstate(), np.random.get_state()  # noqa: NPY002 -- saved, to be put back
    keras().utils.set_random_seed(seed)
    try:
        yield
    finally:
        random.setstate(python_state)
        np.random.set_state(numpy_state)  # noqa: NPY002 -- put back


@contextmanager
def _left_as_it_was() -> Generator[None]:
    """Put the working folder and Keras' global settings back, whatever a builder does to them."""
    config = keras().config
    before = (config.floatx(), config.epsilon(), config.image_data_format(), config.dtype_policy())
    try:
        with chdir("."):
            yield
    finally:
        config.set_floatx(before[0])
        config.set_epsilon(before[1])
        config.set_image_data_format(before[2])
        config.set_dtype_policy(before[3])


def _declared_input(model: Model) -> tuple[int | None, ...] | None:
    """Return the input shape without the batch axis; None when a subclassed model declares none."""
    try:
        return tuple(model.input_shape[1:])
    except AttributeError:
        return None


def _bad_input(model: Model, dataset: Dataset) -> list[str]:
    declared, shape = _declared_input(model), dataset.example_shape
    if declared is None or declared == (int(np.prod(shape)),) or _accepts(declared, shape):
        return []
    return [f"its input has shape {declared}; examples have shape {shape} (or flat: {int(np.prod(shape))})."]


def _accepts(declared: tuple[int | None, ...], shape: tuple[int, ...]) -> bool:
    return len(declared) == len(shape) and all(
        axis in (None, size) for axis, size in zip(declared, shape, strict=True)
    )


def _called(model: Model, dataset: Dataset) -> Any:
    return model(keras().KerasTensor((1, *input_shape(model, dataset)), "float32"))


def _without_colors(words: str) -> str:
    """Return one line, without the escapes with which Keras colors its messages."""
    return " ".join(re.sub(r"\x1b\[[0-9;]*m", "", words).split())


def _bad_output(model: Model, dataset: Dataset) -> list[str]:
    """Compare the output with the classes; a subclassed model is called on a symbolic example, which builds it."""
    try:
        outputs = model.outputs if getattr(model, "outputs", None) else [_called(model, dataset)]
    except Exception as error:  # noqa: BLE001 -- a model's own code may raise anything
        return [f"called on an example, it raised {type(error).__name__}: {_without_colors(str(error))}"]
    shape = getattr(outputs[0], "shape", None) if len(outputs) == 1 else None
    if shape is not None and tuple(shape[1:]) == (dataset.classes,):
        return []
    if shape is None:
        return [f"it has several outputs; one of shape (batch, {dataset.classes}) is needed."]
    units = ", ".join(map(str, shape[1:]))
    cure = f"end in a layer of {dataset.classes} units."
    return [
        f"its output has shape (batch, {units}), which does not fit the {dataset.classes} classes; {cure}"
    ]

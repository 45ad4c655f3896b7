"""Studies with one planted difference or pitfall, and their clean twins."""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# Keras ships no types.

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np
import pytest

from paribus import datasets, lab
from paribus.datasets import Dataset
from paribus.records import Severity
from paribus.study import Arm, Budget, Contrast, Recipe, Study

SIDE, CLASSES = 12, 4


def net(
    input_shape: tuple[int, ...],
    classes: int,
    *,
    activation: str = "relu",
    filters: int = 8,
    units: int = 16,
    layers: int = 1,
    pool: str = "max",
    pool_late: bool = False,
    padding: str = "same",
    window: int = 3,
    normalization: float | None = None,
    dropout: float = 0,
    penalty: str | None = None,
    initializer: str = "glorot_uniform",
    bias: bool = True,
    rescaling: float | None = None,
    frozen: bool = False,
    precision: str | None = None,
    output: str | None = "softmax",
    head: str = "flatten",
    stack: int = 0,
) -> Any:
    """Two convolutions, pooling, and a dense layer, with anything that may be wrong with them."""
    import keras

    kinds = keras.layers
    convolution = partial(
        kinds.Conv2D,
        padding=padding,
        activation=activation,
        kernel_initializer=initializer,
        kernel_regularizer=penalty,
        use_bias=bias,
    )
    inputs = x = keras.Input(input_shape)
    if rescaling:
        x = kinds.Rescaling(rescaling)(x)
    x = convolution(filters, window, dtype=precision, trainable=not frozen)(x)
    if normalization is not None:
        x = kinds.BatchNormalization(momentum=normalization)(x)
    pooling = kinds.MaxPooling2D() if pool == "max" else kinds.AveragePooling2D(2)
    x = x if pool_late else pooling(x)
    x = convolution(8, window)(x)
    x = pooling(x) if pool_late else x
    for _ in range(stack):
        x = convolution(8, 3)(x)
    x = kinds.Dropout(dropout)(x) if dropout else x
    x = kinds.Flatten()(x) if head == "flatten" else kinds.GlobalAveragePooling2D()(x)
    for _ in range(layers):
        x = kinds.Dense(units, activation=activation, kernel_initializer=initializer, use_bias=bias)(x)
    return keras.Model(inputs, kinds.Dense(classes, activation=output, use_bias=bias)(x))


def images(n: int, seed: int, *, scale: float = 1.0, side: int = SIDE) -> tuple[Any, Any]:
    """Return noise and labels in turn."""
    rng = np.random.default_rng(seed)
    return scale * rng.normal(size=(n, side, side, 1)), np.arange(n) % CLASSES


def data(
    *, scale: float = 1.0, side: int = SIDE, n_test: int = 600, edit: Callable[[Any], None] | None = None
) -> Dataset:
    """Return images without a fault, unless `edit` brings one in."""
    parts = [
        array
        for n, seed in ((400, 0), (100, 1), (n_test, 2))
        for array in images(n, seed, scale=scale, side=side)
    ]
    if edit:
        edit(parts)
    x, y, x_validation, y_validation, x_test, y_test = parts
    return datasets.arrays(x, y, x_test, y_test, validation=(x_validation, y_validation))


@dataclass(frozen=True)
class Case:
    """What is planted in the treatment alone, what both arms have, and everything else of the study."""

    kind: str
    planted: dict[str, Any] = field(default_factory=dict[str, Any])
    both: dict[str, Any] = field(default_factory=dict[str, Any])
    study: dict[str, Any] = field(default_factory=dict[str, Any])
    recipe: dict[str, Any] = field(default_factory=dict[str, Any])
    clean_recipe: dict[str, Any] = field(default_factory=dict[str, Any])
    data: dict[str, Any] = field(default_factory=dict[str, Any])
    clean_data: dict[str, Any] = field(default_factory=dict[str, Any])
    contrast: dict[str, Any] = field(default_factory=dict[str, Any])
    in_both: bool = False
    """Whether it is a pitfall of both arms, not a difference between them."""

    def made(self, *, clean: bool) -> Study:
        """Return the study, with the plant or without."""
        control: dict[str, Any] = dict(self.both) | ({} if clean or not self.in_both else self.planted)
        treatment: dict[str, Any] = control | ({} if clean else self.planted)
        settings: dict[str, Any] = {"seeds": 10} | ({} if clean else self.study)
        return Study(
            question="Do they differ?",
            arms=(Arm("treatment", partial(net, **treatment)), Arm("control", partial(net, **control))),
            dataset=data(**(self.clean_data if clean else self.data)),
            recipe=Recipe(epochs=10, batch_size=32, **(self.clean_recipe if clean else self.recipe)),
            contrasts=(Contrast("treatment", "control", margin=0.01, **({} if clean else self.contrast)),),
            **settings,
        )


def copied(source: int, target: int, n: int) -> Callable[[list[Any]], None]:
    def edit(parts: list[Any]) -> None:
        parts[target][:n] = parts[source][:n]

    return edit


def few_of_the_last_class(parts: list[Any]) -> None:
    kept = (parts[1] != CLASSES - 1) | (np.arange(len(parts[1])) < 40)
    parts[0], parts[1] = parts[0][kept], parts[1][kept]


def sorted_labels(parts: list[Any]) -> None:
    parts[3][:] = 0


def mislabelled(parts: list[Any]) -> None:
    parts[0][1::2][:50] = parts[0][::2][:50]


def framed(parts: list[Any]) -> None:
    """Leave an object of 10 x 10 on a background."""
    for images_at in (0, 2, 4):
        for edge in (0, -1):
            parts[images_at][:, edge] = parts[images_at][:, :, edge] = 0


LOGITS = {"class_name": "CategoricalCrossentropy", "config": {"from_logits": True}}

CASES = [
    Case("regularization", {"dropout": 0.3}),
    Case("regularization", {"penalty": "l2"}),
    Case("regularization", {"dropout": 0.5}, both={"dropout": 0.2}),
    Case("normalization", {"normalization": 0.8}),
    Case("normalization", {"normalization": 0.9}, both={"normalization": 0.8}),
    Case("initializers", {"initializer": "he_normal"}),
    Case("bias", {"bias": False}),
    Case("parameters", {"units": 24}),
    Case("flops", {"pool_late": True}),
    Case("depth", {"layers": 2}, contrast={"factor": "pooling"}),
    Case("layers", {"window": 5}, contrast={"factor": "activation"}),
    Case("receptive_field", {"pool_late": True}, contrast={"factor": "activation"}),
    Case("activation", {"activation": "tanh"}),
    Case("pooling", {"pool": "average"}, contrast={"factor": "activation"}),
    Case("preprocessing", {"rescaling": 1 / 255}),
    Case("frozen", {"frozen": True}),
    Case("precision", {"precision": "mixed_bfloat16"}),
    Case("output", {"output": "sigmoid"}),
    Case("raw_outputs", {"output": None}, in_both=True),
    Case("raw_outputs", recipe={"loss": LOGITS}),
    Case("raw_outputs", both={"output": None}, clean_recipe={"loss": LOGITS}),
    Case("duplicates", data={"edit": copied(0, 4, 30)}),
    Case("duplicates", data={"edit": copied(0, 2, 1)}),
    Case("class_imbalance", data={"edit": few_of_the_last_class}),
    Case("label_shift", data={"edit": sorted_labels}),
    Case("conflicting_labels", data={"edit": mislabelled}),
    Case("reported_validation", contrast={"metric": "validation_accuracy"}),
    Case("coarse_test", data={"n_test": 100}),
    Case("few_seeds", study={"seeds": 2}),
    Case("few_seeds", study={"seeds": (7,)}),
    Case("unread_input", data={"side": 13}),
    Case(
        "narrow_field", {"head": "global"}, in_both=True, data={"edit": framed}, clean_data={"edit": framed}
    ),
    Case("excessive_field", {"stack": 4}, in_both=True),
    Case("stale_normalization", {"normalization": 0.99}, both={"normalization": 0.9}, in_both=True),
    Case(
        "stale_normalization",
        both={"normalization": 0.99},
        clean_recipe={"batchnorm": "recalibrate"},
    ),
]


def ids(case: Case) -> str:
    planted = {**case.planted, **case.recipe, **case.data, **case.study, **case.contrast}
    return f"{case.kind}: {', '.join(planted) or 'loss'}"


@pytest.mark.parametrize("case", CASES, ids=ids)
def test_what_is_planted_is_found_and_its_clean_twin_raises_nothing(case: Case) -> None:
    """Under its right name, as more than a note; without the plant there is nothing but notes."""
    heavy = {
        finding.kind: finding
        for finding in lab.audit(case.made(clean=False)).findings
        if finding.severity is not Severity.NOTE
    }
    assert case.kind in heavy
    assert heavy[case.kind].remedy
    twin = lab.audit(case.made(clean=True)).findings
    assert [] == [finding for finding in twin if finding.severity is not Severity.NOTE]


def test_an_arm_that_cannot_be_resized_misses_its_budget() -> None:
    """By so many percent; an arm that can be is sized to it."""
    study = Study(
        question="Do they differ?",
        arms=(
            Arm("control", partial(net, units=20)),
            Arm("treatment", partial(net), knobs={"units": range(1, 65)}),
        ),
        dataset=data(),
        recipe=Recipe(epochs=10, batch_size=32),
        budget=Budget("trainable_parameters", target=5_000, tolerance=0.05),
        contrasts=(Contrast("treatment", "control", margin=0.01),),
        seeds=10,
    )
    missed = {
        finding.about: finding.severity for finding in lab.audit(study).findings if finding.kind == "budget"
    }
    assert {"control": Severity.UNFAIR} == missed


def test_a_conceded_difference_is_a_note_with_its_reason() -> None:
    """And the certificate says so."""
    case = Case("parameters", {"units": 24}, study={"concedes": {"parameters": "that is the question"}})
    audited = lab.audit(case.made(clean=False))
    (finding,) = [finding for finding in audited.findings if finding.kind == "parameters"]
    assert (Severity.NOTE, "that is the question") == (finding.severity, finding.conceded)
    (row,) = [row for row in audited.certificates[0].rows if row.aspect == "parameters"]
    assert "conceded" == row.standing


def test_average_pooling_that_torch_computes_wrongly_is_unfair() -> None:
    """Where its padding is odd, and on that backend alone."""
    from paribus.fairness import before_training

    case = Case("average_padding")
    study = case.made(clean=True)

    def averaging(input_shape: tuple[int, ...], classes: int) -> Any:
        import keras

        return keras.Sequential(
            [
                keras.Input(input_shape),
                keras.layers.AveragePooling2D(3, strides=2, padding="same"),
                keras.layers.Flatten(),
                keras.layers.Dense(classes, activation="softmax"),
            ]
        )

    study = replace(study, arms=(Arm("treatment", averaging), Arm("control", averaging)))
    arms = lab.audit(study).arms
    found = {
        engine: {
            each.kind for each in before_training(study, arms, (), engine) if each.severity is Severity.UNFAIR
        }
        for engine in ("torch-cpu 2, keras 3.15.1", "jax-cpu 3, keras 3.15.1")
    }
    assert {"torch-cpu 2, keras 3.15.1": {"average_padding"}, "jax-cpu 3, keras 3.15.1": set()} == found

"""Multiply-adds are those of the products and convolutions in what JAX computes, an independent count."""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false, reportUnknownLambdaType=false
# Keras and JAX are not typed to their ends.

from collections.abc import Callable, Iterator
from functools import partial
from math import prod
from typing import Any

import numpy as np
import pytest

from paribus.backend import jax, keras
from paribus.measures import measured
from tests.measures.generated import random_model

pytestmark = pytest.mark.skipif(keras().backend.backend() != "jax", reason="reads what JAX computes")


def equations(jaxpr: Any, times: int = 1) -> Iterator[tuple[Any, int]]:
    """Yield every equation, and how often it is carried out."""
    for equation in jaxpr.eqns:
        yield equation, times
        often = times * equation.params.get("length", 1) if equation.primitive.name == "scan" else times
        for value in equation.params.values():
            for inner in value if isinstance(value, tuple | list) else (value,):
                if hasattr(inner, "jaxpr"):
                    yield from equations(inner.jaxpr, often)
                elif hasattr(inner, "eqns"):
                    yield from equations(inner, often)


def multiply_adds(function: Callable[..., Any], *arguments: Any) -> int:
    """Count those of all products and convolutions."""
    closed = jax().make_jaxpr(function)(*arguments)
    return sum(times * _of(equation) for equation, times in equations(closed.jaxpr))


def _of(equation: Any) -> int:
    name, operands = equation.primitive.name, [variable.aval.shape for variable in equation.invars]
    if name == "dot_general":
        (contracted, _), _ = equation.params["dimension_numbers"]
        return prod(equation.outvars[0].aval.shape) * prod(operands[0][axis] for axis in contracted)
    if name == "conv_general_dilated":
        _, inputs, *places = equation.params["dimension_numbers"].rhs_spec
        spread = prod(
            equation.params["lhs_dilation"]
        )  # what lies between spread inputs is zero, and not counted
        taps = operands[1][inputs] * prod(operands[1][place] for place in places)
        return prod(equation.outvars[0].aval.shape) * taps // spread
    return 0


def forward(model: Any) -> int:
    x = [np.zeros((1, *tensor.shape[1:]), tensor.dtype) for tensor in model.inputs]
    values = [
        [variable.value for variable in each]
        for each in (model.trainable_variables, model.non_trainable_variables)
    ]
    call = partial(model.stateless_call, training=False)
    return multiply_adds(call, *values, x[0] if len(x) == 1 else x)


def training(model: Any) -> int:
    """Count a loss and its gradient by the weights."""
    x = np.zeros((1, *model.input_shape[1:]), np.float32)
    rest = [variable.value for variable in model.non_trainable_variables]

    def loss(weights: Any) -> Any:
        return model.stateless_call(weights, rest, x, training=True)[0].sum()

    return multiply_adds(
        jax().value_and_grad(loss), [variable.value for variable in model.trainable_variables]
    )


@pytest.mark.parametrize("seed", range(8))
def test_generated_graphs(seed: int) -> None:
    """Convolutions of all kinds, shared and nested layers, merges."""
    model = random_model(seed)
    assert forward(model) == measured(model, batch_size=1).totals.macs


@pytest.mark.long
@pytest.mark.parametrize("seed", range(8, 100))
def test_more_generated_graphs(seed: int) -> None:
    """The same, more often."""
    test_generated_graphs(seed)


def sequence(*layers: Any, shape: tuple[int, ...] = (6, 5)) -> Any:
    return keras().Sequential([keras().Input(shape), *layers])


def attending() -> Any:
    inputs = keras().Input((6, 5))
    memory = keras().Input((4, 5))
    layer = keras().layers.MultiHeadAttention(2, 3)
    return keras().Model([inputs, memory], layer(inputs, memory))


def looking_at_itself() -> Any:
    inputs = keras().Input((6, 5))
    return keras().Model(inputs, keras().layers.MultiHeadAttention(2, 3)(inputs, inputs, inputs))


@pytest.mark.parametrize(
    "build",
    [
        attending,
        looking_at_itself,
        lambda: sequence(keras().layers.LSTM(4)),
        lambda: sequence(keras().layers.GRU(4, return_sequences=True), keras().layers.SimpleRNN(3)),
        lambda: sequence(keras().layers.Bidirectional(keras().layers.LSTM(4))),
        lambda: sequence(keras().layers.TimeDistributed(keras().layers.Dense(7))),
        lambda: sequence(keras().layers.EinsumDense("abc,cd->abd", (6, 7))),
        lambda: sequence(keras().layers.Conv1D(4, 3, strides=2), keras().layers.SeparableConv1D(3, 2)),
        lambda: sequence(keras().layers.Conv2D(6, 3, groups=3, dilation_rate=2), shape=(9, 8, 6)),
        lambda: sequence(keras().layers.DepthwiseConv2D(3, strides=2, depth_multiplier=2), shape=(9, 8, 3)),
        lambda: sequence(keras().layers.Conv3D(2, 2), shape=(4, 5, 6, 2)),
        lambda: sequence(keras().layers.Dense(3), shape=(4, 5, 6)),
    ],
)
def test_layers(build: Callable[[], Any]) -> None:
    """One kind after the other."""
    model = build()
    assert forward(model) == measured(model, batch_size=1).totals.macs


@pytest.mark.parametrize(
    "build",
    [
        lambda layers: [layers.Dense(4, use_bias=False), layers.Dense(3, use_bias=False)],
        lambda layers: [layers.Dense(4, use_bias=False, trainable=False), layers.Dense(3, use_bias=False)],
        lambda layers: [
            layers.Dense(4, use_bias=False),
            layers.Dense(5, use_bias=False, trainable=False),
            layers.Dense(3, use_bias=False),
        ],
    ],
)
def test_training_costs_what_jax_computes_for_the_gradient(build: Callable[[Any], list[Any]]) -> None:
    """No gradient by the model's input, none by frozen weights, none before the first that is trained."""
    model = sequence(*build(keras().layers), shape=(6,))
    assert 2 * training(model) == measured(model, batch_size=1).totals.training_flops


def test_a_recurrent_layer_has_a_gradient_by_its_own_state() -> None:
    """Of a first one, by its weights and by the state that they made; none by the input."""
    layer = keras().layers.SimpleRNN(4, use_bias=False, activation=None)
    model = sequence(layer)
    products = 2 * training(model)
    elementwise = 2 * 6 * 4  # one operation per unit and step, forward and backward
    assert products + elementwise == measured(model, batch_size=1).totals.training_flops

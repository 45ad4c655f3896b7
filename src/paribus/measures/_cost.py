"""The convention by which every layer is counted, and what all counts share."""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
# Keras ships no types.

import math
from dataclasses import astuple, dataclass
from typing import Any

from paribus.measures._graph import Call, Shape

SOFTMAX = 3
"""Operations per element: exponential, sum, division."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Operations of a layer in inference, for one example.

    A multiply-add is one MAC and two FLOPs. FLOPs count besides, one per element: additions of a bias, elementwise functions
    whatever they are made of (softmax three), comparisons and additions of pooling (one per input of a window; averaging one
    division more), two for a batch normalisation whose statistics are folded into a factor and an offset, seven for one that
    computes its statistics. Reshaping, copying and looking up cost nothing.

    Attributes:
        macs: Multiply-adds of the layer's input with weights.
        inner: Multiply-adds with weights of what the layer itself has made, as the state of a recurrent cell.
        products: Multiply-adds of activations with each other, as in attention.
        other: Everything else.

    Source:
        Multiply-adds as in Sze, Chen, Yang and Emer (2017), Efficient processing of deep neural networks; tools differ in the
        rest, so that each convention is stated.
    """

    macs: int = 0
    inner: int = 0
    products: int = 0
    other: int = 0

    @property
    def multiply_adds(self) -> int:
        """All of them."""
        return self.macs + self.inner + self.products

    @property
    def flops(self) -> int:
        """Floating-point operations."""
        return 2 * self.multiply_adds + self.other

    def training_flops(self, *, before: bool, trains: bool) -> int:
        """Return forward and backward: each product costs once more for each factor whose gradient is needed.

        Args:
            before: Whether something is trained that the layer's input depends on.
            trains: Whether the layer's own weights are trained.

        Source:
            Griewank and Walther (2008), Evaluating derivatives, section 4.6.
        """
        inside = before or trains
        backward = 2 * (
            self.macs * (before + trains) + self.inner * (inside + trains) + 2 * self.products * inside
        )
        return self.flops + backward + self.other * inside

    def plus(self, other: "Cost") -> "Cost":
        """Return the cost of doing both."""
        pairs = zip(astuple(self), astuple(other), strict=True)
        return Cost(*(one + two for one, two in pairs))

    def times(self, n: int) -> "Cost":
        """Return the cost of doing it `n` times."""
        return Cost(*(n * each for each in astuple(self)))


def elements(shape: Shape) -> int:
    """Return how many numbers an example has in that shape."""
    return math.prod(size or 0 for size in shape)


def out(call: Call) -> int:
    """Return how many numbers a call puts out."""
    return sum(elements(tensor.shape) for tensor in call.outputs)


def taken(call: Call) -> int:
    """Return how many numbers a call takes in."""
    return sum(elements(tensor.shape) for tensor in call.inputs)


def activation(layer: Any, n: int) -> int:
    """Return the operations of the activation that a layer ends in, over `n` elements."""
    function = getattr(layer, "activation", None)
    if function is None:
        return 0
    name = getattr(function, "__name__", type(function).__name__)
    return 0 if name == "linear" else n * (SOFTMAX if "softmax" in name.lower() else 1)


def weighted(call: Call, macs: int, inner: int = 0) -> Cost:
    """Return the cost of a layer of that many multiply-adds with its bias and activation."""
    n = out(call)
    return Cost(macs, inner, other=n * bool(call.layer.use_bias) + activation(call.layer, n))

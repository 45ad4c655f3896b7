"""The article's arms as somebody writes them without Keras: PyTorch in channels_last memory, eager or compiled, and plain JAX."""

# What is timed is what Keras' `fit` does: an epoch of training with running loss and accuracy, then validation.

import itertools
import os
from collections.abc import Callable, Iterator
from typing import Any, Protocol

import numpy as np

LEARNING_RATE = 0.01
EPSILON, MOMENTUM = 1e-3, 0.99
UNITS = (1000, 512, 256)


class Turns(Protocol):
    """As in `epochs`."""

    def begin(self) -> None:
        """Wait until an epoch is to begin."""
        ...

    def end(self, accuracy: float | None = None) -> None:
        """Say how long it took."""
        ...


def batches(order: Any, size: int) -> Iterator[Any]:
    """Yield the rows of each step."""
    return (order[first : first + size] for first in range(0, len(order), size))


def orders(n: int) -> Iterator[Any]:
    """Yield the order of each epoch."""
    rng = np.random.default_rng(0)
    return (rng.permutation(n) for _ in itertools.count())


def train_with_torch(
    arm: str, data: Any, turns: Turns, *, batch_size: int, compiled: bool, alone: bool
) -> None:
    """Train epochs of a PyTorch model; on one thread, if there is a process for every core."""
    import torch
    from torch.nn import functional

    torch.manual_seed(0)
    if alone:
        torch.set_num_threads(1)
    dense = arm == "dense"
    (x, y), (validation_x, validation_y) = (
        (_torch_images(torch, split.x, dense=dense), torch.from_numpy(split.y.astype(np.int64)))
        for split in data
    )
    turns.begin()
    model: Any = _torch_model(torch, arm).to(memory_format=torch.channels_last)
    run: Any = torch.compile(model) if compiled else model
    optimizer = torch.optim.SGD(model.parameters(), lr=LEARNING_RATE)
    for order in orders(len(y)):
        model.train()
        loss_sum, correct = torch.zeros(()), torch.zeros(())
        for rows in batches(torch.from_numpy(order), batch_size):
            optimizer.zero_grad(set_to_none=True)
            outputs, labels = run(x[rows]), y[rows]
            loss = functional.cross_entropy(outputs, labels)
            loss.backward()
            optimizer.step()
            loss_sum += loss.detach() * len(rows)
            correct += (outputs.detach().argmax(1) == labels).sum()
        model.eval()
        with torch.no_grad():
            right = sum(
                float((run(validation_x[rows]).argmax(1) == validation_y[rows]).sum())
                for rows in batches(torch.arange(len(validation_y)), batch_size)
            )
        float(loss_sum)
        turns.end(right / len(validation_y))


def _torch_images(torch: Any, x: Any, *, dense: bool) -> Any:
    images = torch.from_numpy(np.array(x, np.float32))
    if dense:
        return images.reshape(len(x), -1)
    return images.reshape(len(x), 1, 28, 28).contiguous(memory_format=torch.channels_last)


def _torch_model(torch: Any, arm: str) -> Any:
    nn = torch.nn

    def initialised(layer: Any) -> Any:
        nn.init.xavier_uniform_(layer.weight)
        nn.init.zeros_(layer.bias)
        return layer

    def normal(kind: Any, channels: int) -> list[Any]:
        return [kind(channels, eps=EPSILON, momentum=1 - MOMENTUM), nn.ReLU()]

    if arm == "dense":
        pairs = itertools.pairwise((784, *UNITS))
        hidden = [[initialised(nn.Linear(a, b)), *normal(nn.BatchNorm1d, b)] for a, b in pairs]
        return nn.Sequential(*itertools.chain(*hidden), initialised(nn.Linear(UNITS[-1], 10)))
    pool = {"max pooling": [nn.MaxPool2d(2)], "average pooling": [nn.AvgPool2d(2)]}.get(arm, [])
    side = 14 if pool else 28
    return nn.Sequential(
        initialised(nn.Conv2d(1, 64, 3, padding=1)),
        *normal(nn.BatchNorm2d, 64),
        *pool,
        initialised(nn.Conv2d(64, 32, 3, padding=1)),
        *normal(nn.BatchNorm2d, 32),
        nn.Flatten(),
        initialised(nn.Linear(32 * side * side, 32)),
        *normal(nn.BatchNorm1d, 32),
        initialised(nn.Linear(32, 10)),
    )


def train_with_jax(arm: str, data: Any, turns: Turns, *, batch_size: int) -> None:
    """Train epochs of a model in plain JAX, one compiled step a batch, its buffers reused."""
    import jax
    import jax.numpy as jnp

    os.environ.pop("KERAS_BACKEND", None)
    shape = (-1, 784) if arm == "dense" else (-1, 28, 28, 1)
    (x, y), (validation_x, validation_y) = (
        (jnp.asarray(split.x, jnp.float32).reshape(shape), jnp.asarray(split.y, jnp.int32)) for split in data
    )
    turns.begin()
    apply, weights, moving = _jax_model(jax, arm)

    def loss(weights: Any, moving: Any, x: Any, y: Any) -> Any:
        outputs, moving = apply(weights, moving, x, training=True)
        losses = -jnp.take_along_axis(jax.nn.log_softmax(outputs), y[:, None], axis=1)
        return losses.mean(), (moving, (outputs.argmax(1) == y).sum())

    def step(weights: Any, moving: Any, sums: Any, rows: Any) -> Any:
        (value, (moving, correct)), gradients = jax.value_and_grad(loss, has_aux=True)(
            weights, moving, x[rows], y[rows]
        )
        weights = jax.tree.map(lambda w, g: w - LEARNING_RATE * g, weights, gradients)
        return weights, moving, (sums[0] + value * len(rows), sums[1] + correct)

    def right(weights: Any, moving: Any, rows: Any) -> Any:
        outputs, _ = apply(weights, moving, validation_x[rows], training=False)
        return (outputs.argmax(1) == validation_y[rows]).sum()

    step, right = jax.jit(step, donate_argnums=(0, 1, 2)), jax.jit(right)
    for order in orders(len(y)):
        sums = (jnp.zeros(()), jnp.zeros((), jnp.int32))
        for rows in batches(order.astype(np.int32), batch_size):
            weights, moving, sums = step(weights, moving, sums, rows)
        every = np.arange(len(validation_y), dtype=np.int32)
        correct = sum(int(right(weights, moving, rows)) for rows in batches(every, batch_size))
        float(sums[0])
        turns.end(correct / len(validation_y))


def _jax_model(jax: Any, arm: str) -> tuple[Callable[..., Any], Any, Any]:
    """Return the model's function, its weights, and its moving statistics."""
    rng = np.random.default_rng(0)
    pool = {"max pooling": (jax.lax.max, -np.inf), "average pooling": (jax.lax.add, 0.0)}.get(arm)
    side = 14 if pool else 28
    dense = [(a, b) for a, b in itertools.pairwise((784, *UNITS, 10))] if arm == "dense" else []
    shapes = dense or [(3, 3, 1, 64), (3, 3, 64, 32), (32 * side * side, 32), (32, 10)]
    weights = [_jax_layer(rng, shape) for shape in shapes]
    moving = [(np.zeros(shape[-1], np.float32), np.ones(shape[-1], np.float32)) for shape in shapes[:-1]]

    def linear(x: Any, kernel: Any) -> Any:
        if kernel.ndim == 2:
            return x.reshape(len(x), -1) @ kernel
        return jax.lax.conv_general_dilated(
            x, kernel, (1, 1), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC")
        )

    def apply(weights: Any, moving: Any, x: Any, *, training: bool) -> Any:
        new = []
        for number, ((kernel, bias, scale, offset), (mean, variance)) in enumerate(
            zip(weights, moving, strict=False)
        ):
            x = linear(x, kernel) + bias
            now = (x.mean(range(x.ndim - 1)), x.var(range(x.ndim - 1))) if training else (mean, variance)
            new.append(
                [
                    old * MOMENTUM + each * (1 - MOMENTUM)
                    for old, each in zip((mean, variance), now, strict=True)
                ]
            )
            x = jax.nn.relu((x - now[0]) * jax.lax.rsqrt(now[1] + EPSILON) * scale + offset)
            if number == 0 and pool:
                x = jax.lax.reduce_window(x, pool[1], pool[0], (1, 2, 2, 1), (1, 2, 2, 1), "VALID")
                x = x / 4 if arm == "average pooling" else x
        kernel, bias, *_ = weights[-1]
        return x @ kernel + bias, [tuple(each) for each in new]

    return apply, weights, moving


def _jax_layer(rng: np.random.Generator, shape: tuple[int, ...]) -> tuple[Any, ...]:
    """Return kernel, bias, and scale and offset of the normalisation; Glorot's uniform distribution, as in Keras."""
    places = int(np.prod(shape[:-2]))
    limit = np.sqrt(6 / (places * (shape[-2] + shape[-1])))
    zeros, ones = np.zeros(shape[-1], np.float32), np.ones(shape[-1], np.float32)
    return rng.uniform(-limit, limit, shape).astype(np.float32), zeros, ones, zeros

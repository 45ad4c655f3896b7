"""Random layers, as settings, as Keras layers, and as geometry."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from paribus.geometry import LAYERS, LayerGeometry

_KERAS = {
    "conv": "Conv{}D",
    "depthwise": "DepthwiseConv{}D",
    "separable": "SeparableConv{}D",
    "transpose": "Conv{}DTranspose",
    "padding": "ZeroPadding{}D",
    "cropping": "Cropping{}D",
    "upsampling": "UpSampling{}D",
}
_KERNELS = ("conv", "depthwise", "separable", "transpose")
_LARGEST = {1: 40, 2: 16, 3: 7}


@dataclass(frozen=True)
class Setting:
    """A layer over an input of these sizes; `mode` is that of pooling."""

    kind: str
    sizes: tuple[int, ...]
    options: dict[str, Any]
    mode: str = ""

    def geometry(self) -> LayerGeometry:
        return LAYERS[self.kind](self.sizes, **self.options)

    def layer(self) -> Any:
        import keras

        axes = len(self.sizes)
        options: dict[str, Any] = dict(self.options)
        if self.kind == "pool":
            name = f"{self.mode}Pooling{axes}D"
            options = {
                "pool_size": options["window"],
                "strides": options["strides"],
                "padding": options["padding"],
            }
        elif self.kind == "global":
            name, options = f"Global{self.mode}Pooling{axes}D", {"keepdims": True}
        else:
            name = _KERAS[self.kind].format(axes)
        if self.kind in _KERNELS:
            options["kernel_size"] = options.pop("kernel")
            options["dilation_rate"] = options.pop("dilation")
            options |= {} if self.kind == "depthwise" else {"filters": 1}
            ones = keras.initializers.Ones()
            names = {
                "depthwise": ("depthwise_initializer",),
                "separable": ("depthwise_initializer", "pointwise_initializer"),
            }.get(self.kind, ("kernel_initializer",))
            options |= {**dict.fromkeys(names, ones), "use_bias": False}
        if axes == 1:  # Keras' layers of one axis take bare numbers
            for key in {"padding", "cropping", "size"} & set(options):
                options[key] = options[key][0] if isinstance(options[key], tuple) else options[key]
        return getattr(keras.layers, name)(**options)


def random_setting(rng: np.random.Generator) -> Setting:
    """Return a layer of any kind; some are such as Keras refuses."""
    kind = str(rng.choice([*LAYERS, "conv", "pool", "transpose"]))
    axes = int(rng.integers(1, 3 if kind in {"depthwise", "separable"} else 4))

    def draw(low: int, high: int, *, alike: float = 0.5) -> tuple[int, ...]:
        if rng.random() < alike:
            return (int(rng.integers(low, high)),) * axes
        return tuple(int(each) for each in rng.integers(low, high, size=axes))

    sizes = draw(1, _LARGEST[axes] + 1, alike=0.3)
    options: dict[str, Callable[[], dict[str, Any]]] = {
        "global": dict,
        "upsampling": lambda: {"size": draw(1, 4)},
        "padding": lambda: {"padding": tuple(zip(draw(0, 4), draw(0, 4), strict=True))},
        "cropping": lambda: {"cropping": tuple(zip(draw(0, 4), draw(0, 4), strict=True))},
        "pool": lambda: {"window": draw(1, 6), "strides": draw(1, 5), "padding": _either(rng)},
    }
    chosen = options[kind]() if kind in options else _kernel(rng, kind, axes, draw)
    mode = str(rng.choice(["Max", "Average"])) if kind in {"pool", "global"} else ""
    return Setting(kind, sizes, chosen, mode)


def _kernel(
    rng: np.random.Generator, kind: str, axes: int, draw: Callable[[int, int], tuple[int, ...]]
) -> dict[str, Any]:
    plain = rng.random() < 0.4
    dilation = (1,) * axes if plain else draw(1, 4)
    strides = draw(1, 5) if plain or rng.random() < 0.3 else (1,) * axes
    chosen: dict[str, Any] = {
        "kernel": draw(1, 6),
        "strides": strides,
        "dilation": dilation,
        "padding": "causal" if kind == "conv" and rng.random() < 0.15 else _either(rng),
    }
    if kind == "transpose" and rng.random() < 0.4:
        chosen["output_padding"] = draw(0, max(2, min(strides) + 1))
    return chosen


def _either(rng: np.random.Generator) -> str:
    return str(rng.choice(["valid", "same"]))


def places(rng: np.random.Generator, sizes: tuple[int, ...], most: int) -> list[tuple[int, ...]]:
    """Return up to so many places of an input, its corners among them."""
    total = math.prod(sizes)
    chosen = {0, total - 1, *rng.integers(total, size=most - 2).tolist()}
    return [tuple(int(axis) for axis in np.unravel_index(place, sizes)) for place in sorted(chosen)]

"""Exact convolution and pooling arithmetic, by Keras' rules: integers in, integers out. Knows no Keras."""

from paribus.geometry._axis import AxisGeometry, along
from paribus.geometry._field import Field, joined
from paribus.geometry._layer import (
    LAYERS,
    Kind,
    LayerGeometry,
    Pairs,
    Sizes,
    conv,
    cropping,
    depthwise_conv,
    global_pool,
    pool,
    separable_conv,
    transposed_conv,
    upsampling,
    zero_padding,
)
from paribus.geometry._moves import Repeated, Shifted, Transposed, Whole
from paribus.geometry._step import (
    BETWEEN,
    Step,
    is_padding,
    output_size,
    padding,
    padding_share,
    padding_shares,
    reads,
)
from paribus.geometry._window import Padding, Window

__all__ = [
    "BETWEEN",
    "LAYERS",
    "AxisGeometry",
    "Field",
    "Kind",
    "LayerGeometry",
    "Padding",
    "Pairs",
    "Repeated",
    "Shifted",
    "Sizes",
    "Step",
    "Transposed",
    "Whole",
    "Window",
    "along",
    "conv",
    "cropping",
    "depthwise_conv",
    "global_pool",
    "is_padding",
    "joined",
    "output_size",
    "padding",
    "padding_share",
    "padding_shares",
    "pool",
    "reads",
    "separable_conv",
    "transposed_conv",
    "upsampling",
    "zero_padding",
]

"""FLOPs of published models, by paribus and by a tool of the backend that Keras runs on, in the tool's convention.

    KERAS_BACKEND=tensorflow .venv-tensorflow/bin/python benchmarks/flops.py     # TensorFlow's profiler, which keras-flops wraps
    KERAS_BACKEND=torch .venv-torch/bin/python benchmarks/flops.py               # PyTorch's FlopCounterMode

TensorFlow's profiler counts two per multiply-add, one per bias, addition and pooled input, and five per element of a softmax; in
inference Keras' normalisations are folded into a multiplication and an addition, and ReLU counts nothing. PyTorch's counter counts
two per multiply-add, and nothing else. What paribus counts by layer is added up by those rules, and the two are printed side by side.
"""

# pyright: reportMissingImports=false, reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownLambdaType=false
# TensorFlow and Torch are each in an environment of their own.

import os
from collections.abc import Callable
from typing import Any

import keras
import numpy as np

from paribus.measures import measured
from paribus.records import LayerRecord

MODELS = ("VGG16", "ResNet50")


def by_tensorflow(model: Any) -> dict[str, int]:
    """Return what TensorFlow's profiler counts, by operation."""
    import tensorflow as tf
    from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2_as_graph

    function = tf.function(lambda x: model(x, training=False))
    concrete = function.get_concrete_function(tf.TensorSpec((1, *model.input_shape[1:])))
    _, definition = convert_variables_to_constants_v2_as_graph(concrete)
    with tf.Graph().as_default() as graph:
        tf.graph_util.import_graph_def(definition, name="")
        options = tf.compat.v1.profiler.ProfileOptionBuilder.float_operation()
        options["output"] = "none"
        found = tf.compat.v1.profiler.profile(graph, cmd="op", options=options)
    return {node.name: node.float_ops for node in _nodes(found) if node.float_ops}


def _nodes(found: Any) -> list[Any]:
    return [found, *(node for child in found.children for node in _nodes(child))]


def by_torch(model: Any) -> dict[str, int]:
    """Return what PyTorch's counter counts, by operation."""
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        model(np.zeros((1, *model.input_shape[1:]), np.float32), training=False)
    return {str(name): count for name, count in counter.get_flop_counts()["Global"].items()}


TOOLS: dict[str, Callable[[Any], dict[str, int]]] = {"tensorflow": by_tensorflow, "torch": by_torch}


def total(layers: tuple[LayerRecord, ...]) -> int:
    """Return two FLOPs per multiply-add."""
    return sum(2 * (layer.macs or 0) for layer in layers)


if __name__ == "__main__":
    for name in MODELS:
        model = getattr(keras.applications, name)(weights=None)
        found = measured(model, batch_size=1)
        counts = TOOLS[os.environ["KERAS_BACKEND"]](model)
        print(
            f"{name}: paribus {found.totals.macs:,} MACs = {total(found.layers):,} FLOPs of products; {found.totals.flops:,} in all"
        )
        for operation, count in counts.items():
            print(f"    {operation:30} {count:>16,}")

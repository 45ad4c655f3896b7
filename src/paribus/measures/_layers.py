"""What a model is made of."""

from typing import Any

from paribus.measures._parameters import parameters
from paribus.records import LayerRecord


def layers(model: Any) -> tuple[LayerRecord, ...]:  # noqa: ANN401 -- a built keras.Model
    """Return the layers of a built Keras model, in its order; a nested model is one layer."""
    return tuple(
        LayerRecord(
            name=layer.name,
            kind=type(layer).__name__,
            output_shape=_output_shape(layer),
            parameters=parameters(layer).total,
        )
        for layer in model.layers
    )


def _output_shape(layer: Any) -> tuple[int | None, ...]:  # noqa: ANN401 -- a keras.Layer
    try:
        return tuple(layer.output.shape[1:])
    except AttributeError:  # several outputs, or a layer that was never called symbolically
        return ()

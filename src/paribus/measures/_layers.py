"""What a model is made of."""

from paribus.backend import Layer, Model
from paribus.measures._parameters import parameters
from paribus.records import LayerRecord


def layers(model: Model) -> tuple[LayerRecord, ...]:
    """Return the layers of a built Keras model, in its order; a nested model is one layer."""
    return tuple(
        LayerRecord(
            kind=type(layer).__name__,
            output_shape=_output_shape(layer),
            parameters=parameters(layer).total,
        )
        for layer in model.layers
    )


def _output_shape(layer: Layer) -> tuple[int | None, ...]:
    try:
        return tuple(layer.output.shape[1:])
    except AttributeError:  # several outputs, or a layer that was never called symbolically
        return ()

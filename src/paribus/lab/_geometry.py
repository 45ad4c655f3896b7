"""What a model's layers do to their input."""

from dataclasses import dataclass

from paribus.backend import Model
from paribus.lab._results import Audit
from paribus.measures import measured
from paribus.records import LayerRecord, Measures
from paribus.report.notebook import model_html, model_text


@dataclass(frozen=True, kw_only=True, slots=True, repr=False)
class ModelGeometry:
    """A model, layer by layer.

    Attributes:
        name: Of the model.
        extents: Of its first input, without batch and channels.
        layers: One for every call of a layer.
        totals: Of the whole model; `uncounted` says what is not known.
    """

    name: str
    extents: tuple[int, ...]
    layers: tuple[LayerRecord, ...]
    totals: Measures

    def __repr__(self) -> str:
        return model_text(self.name, self.layers, self.extents)

    def _repr_html_(self) -> str:
        return model_html(self.name, self.layers, self.extents)


def arm_geometries(audited: Audit) -> tuple[ModelGeometry, ...]:
    """Return the arms of a study as they were built, those that could not be built left out."""
    data = audited.study.dataset
    return tuple(
        ModelGeometry(name=arm.name, extents=data.example_shape[:-1], layers=arm.layers, totals=arm.measures)
        for arm in audited.arms
        if arm.measures is not None
    )


def model_geometry(model: Model) -> ModelGeometry:
    """Return sizes, costs and receptive fields of every layer of a built Keras model.

    Args:
        model: Functional or Sequential; of any other one only the layers it names are known.
    """
    found = measured(model, batch_size=1)
    whole = tuple(model.inputs[0].shape[1:]) if getattr(model, "inputs", None) else ()
    first = any(getattr(layer, "data_format", None) == "channels_first" for layer in model.layers)
    shape = whole[1:] if first else whole[:-1]
    return ModelGeometry(
        name=model.name,
        extents=() if None in shape else shape,
        layers=found.layers,
        totals=found.totals,
    )

"""What the arms' layers do to their input, as a page shows it."""

from typing import NamedTuple

from markupsafe import Markup

from paribus.records import ArmRecord
from paribus.report.geometry import ModelRow, model_rows, model_warnings, stack_svg
from paribus.study import StudyRecord


class ArmGeometry(NamedTuple):
    """An arm, layer by layer, what is lost on the way, and a picture of its receptive field."""

    arm: str
    rows: tuple[ModelRow, ...]
    warnings: tuple[str, ...]
    picture: Markup


def arm_geometries(study: StudyRecord) -> tuple[ArmGeometry, ...]:
    """Return the geometry of every arm that was built."""
    extents = study.dataset.example_shape[:-1]
    return tuple(_arm(arm, extents) for arm in study.arms if arm.layers)


def _arm(arm: ArmRecord, extents: tuple[int, ...]) -> ArmGeometry:
    svg = stack_svg(arm.layers, extents, arm.name, styled=False) if any(_grows(arm)) else ""
    return ArmGeometry(
        arm.name,
        model_rows(arm.layers),
        model_warnings(arm.layers, extents),
        Markup(svg),  # noqa: S704 -- made here; every word in it is escaped
    )


def _grows(arm: ArmRecord) -> list[bool]:
    return [bool(layer.receptive_field) and not layer.sees_all for layer in arm.layers]

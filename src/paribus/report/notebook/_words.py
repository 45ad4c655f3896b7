"""The same in words, where there is no HTML."""

from functools import singledispatch

from rich.console import Group
from rich.text import Text

from paribus.geometry import LayerGeometry
from paribus.records import LayerRecord, Match
from paribus.report._tables import LAYERS, plain_text, table
from paribus.report.geometry import facts, model_rows, model_warnings, settings_of


@singledispatch
def text(shown: object) -> str:
    """Return a match or geometry in words."""
    return str(shown)


@text.register
def _match(match: Match) -> str:
    sizes = ", ".join(f"{name} {size}" for name, size in match.sizes.items()) or "as it is"
    budgets = [
        f"{line.measure.replace('_', ' ')} {line.actual:,} of {line.target:,} ({100 * line.deviation:+.2f} %"
        f"{'' if line.within else ', outside the tolerance'})"
        for line in match.lines
    ]
    return f"{match.arm}: {'; '.join([sizes, *budgets])}"


@text.register
def _layer(geometry: LayerGeometry) -> str:
    layer = settings_of(geometry)
    if layer is not None:
        return "\n".join(facts(layer))
    before, after = ("×".join(map(str, shape)) for shape in (geometry.input_shape, geometry.output_shape))
    unread = f" {geometry.unread:,} of its inputs are never read." if geometry.unread else ""
    return f"{geometry.kind}: {before} becomes {after}.{unread}"


def model_text(name: str, layers: tuple[LayerRecord, ...], extents: tuple[int, ...]) -> str:
    """Return a model, layer by layer."""
    rows = table(LAYERS, model_rows(layers), numeric={2, 3, 4, 5, 7})
    return plain_text(Group(Text(name), rows, *map(Text, model_warnings(layers, extents))))

"""A layer in words, maps, code and pictures."""

from xml.etree import ElementTree as ET

import numpy as np
import pytest

from paribus.errors import GeometryError
from paribus.records import LayerRecord
from paribus.report.geometry import (
    LayerSettings,
    coverage_map,
    facts,
    keras_line,
    layer_json,
    layer_svg,
    map_rows,
    model_rows,
    model_warnings,
    stack_svg,
    torch_lines,
)

VALID = LayerSettings.conv((7, 7), 2, strides=2, padding="valid", dilation=1)
SAME = LayerSettings.conv((7, 7), 2, strides=2, padding="same", dilation=1)
SVG = "{http://www.w3.org/2000/svg}"


def test_words_say_what_is_lost() -> None:
    """The article's example."""
    assert (
        "Conv2D 2×2, stride 2×2, valid: 7×7 becomes 3×3.",
        "Row 7 and column 7 are never read: 13 of 49 pixels (26.5 %).",
    ) == facts(VALID)


def test_words_say_where_the_zeros_go() -> None:
    """And that `same` does not mean the same size."""
    told = facts(SAME)
    assert (
        "'same' adds 0 rows before and 1 after; 0 columns before and 1 after: zeros; an odd one goes after."
        in told
    )
    assert any("rounded up (ceil(7/2) = 4)" in sentence for sentence in told)


def test_a_stride_beyond_the_window_is_told() -> None:
    """Even with `same`."""
    skipping = LayerSettings.pool((5, 5), 2, strides=3, padding="same")
    assert any("larger than the window" in sentence for sentence in facts(skipping))


def test_the_map_shows_what_is_never_read() -> None:
    """Thirteen crosses; with `same` none, and fifteen places of padding."""
    assert 13 == coverage_map(VALID).plain.split("\n\n")[0].count("×")
    drawn = coverage_map(SAME).plain.split("\n\n")[0]
    assert (0, 15) == (drawn.count("×"), drawn.count("·"))
    assert (8, 8) == (len(map_rows(SAME)), len(map_rows(SAME)[0]))


def test_what_cannot_be_drawn_says_so() -> None:
    """Large ones and volumes."""
    large = LayerSettings.conv((100, 100), 3, strides=1, padding="valid", dilation=1)
    volume = LayerSettings.conv((5, 5, 5), 3, strides=1, padding="valid", dilation=1)
    assert "Too large" in coverage_map(large).plain
    assert "Three axes" in coverage_map(volume).plain
    with pytest.raises(GeometryError, match="not drawn"):
        layer_svg(volume)


def test_pictures_are_well_formed_and_count_what_they_show() -> None:
    """Forty-nine places of input of which thirteen are hatched, nine outputs, two outlines."""
    picture = ET.fromstring(layer_svg(VALID))  # noqa: S314 -- our own
    kinds = [each.get("class") for each in picture.iter(f"{SVG}rect")]
    assert (36, 13, 9, 2) == tuple(kinds.count(kind) for kind in ("cell", "unread", "empty", "window"))


@pytest.mark.parametrize(
    "layer",
    [
        SAME,
        LayerSettings.conv(15, 3, strides=1, padding="causal", dilation=2),
        LayerSettings.transpose((5, 4), 3, strides=2, padding="same", dilation=1, output_padding=None),
        LayerSettings.pool((5, 5), 2, strides=3, padding="valid"),
    ],
)
def test_every_kind_of_layer_has_a_picture(layer: LayerSettings) -> None:
    """With an outline around what the first output reads."""
    picture = ET.fromstring(layer_svg(layer))  # noqa: S314 -- our own
    assert sum(each.get("class") == "window" for each in picture.iter(f"{SVG}rect")) >= 2


def test_the_keras_line_builds_the_layer() -> None:
    """It is what was asked about."""
    import keras

    for layer in (
        VALID,
        SAME,
        LayerSettings.pool((6, 5), (2, 3), strides=(1, 2), padding="same"),
        LayerSettings.transpose(5, 3, strides=3, padding="same", dilation=1, output_padding=1),
    ):
        line = keras_line(layer).replace("filters", "1")
        made = eval(line, {"keras": keras})  # noqa: S307 -- our own line
        shape = made.compute_output_shape((None, *layer.sizes, 1))
        assert layer.geometry.output_shape == tuple(shape[1:-1])


def test_pytorch_pads_by_hand_where_keras_pads_one_side_more() -> None:
    """And not where both sides are alike."""
    assert "x = torch.nn.functional.pad(x, (0, 1, 0, 1))" in torch_lines(SAME)
    odd = LayerSettings.conv((7, 7), 3, strides=1, padding="same", dilation=1)
    assert ("torch.nn.Conv2d(channels, filters, 3, stride=1, padding=1, dilation=1)",) == torch_lines(odd)


def test_pytorch_makes_outputs_more_where_keras_does() -> None:
    """A stride beyond the window: by output padding, which gets the bias, too."""
    sparse = LayerSettings.transpose(3, 1, strides=2, padding="valid", dilation=1, output_padding=None)
    assert (
        "x = torch.nn.ConvTranspose1d(channels, filters, 1, stride=2, output_padding=1)(x)",
    ) == torch_lines(sparse)


def test_json_says_who_reads_whom() -> None:
    """Places are counted from 0."""
    plain = layer_json(VALID)
    assert [(0, 1), (2, 3), (4, 5)] == plain["axes"][0]["read_by"]
    assert 13 == plain["unread"]


def layer(name: str, field: int, before: int) -> LayerRecord:
    return LayerRecord(
        kind="Conv2D",
        name=name,
        output_shape=(8, 8, 1),
        parameters=10,
        receptive_field=(field, field),
        input_field=(before, before),
        jump=(1.0, 1.0),
        input_extents=(8, 8),
        unread=((), ()),
        pads=((1, 1), (1, 1)),
    )


def test_models_warn_of_what_is_lost_exceeded_or_out_of_step() -> None:
    """One sentence each."""
    layers = (
        layer("one", 5, 1),
        layer("two", 9, 5),
        layer("three", 13, 9),
        LayerRecord(
            kind="Add",
            name="add",
            output_shape=(8, 8, 1),
            parameters=0,
            out_of_step="1×1 and 2×2 inputs apart",
        ),
    )
    told = model_warnings(layers, (8, 8))
    assert any(
        "From Conv2D 'two' on the receptive field (9×9) is larger than the input (8×8)" in each
        for each in told
    )
    assert any("Add 'add' brings branches together that are out of step" in each for each in told)
    short = model_warnings((layer("one", 5, 1),), (8, 8))
    assert ("No unit ever sees all of the input: the receptive field ends at 5×5 of 8×8.",) == short
    assert "1+1, 1+1" == model_rows(layers)[0].padding


def test_the_stack_is_drawn_against_the_input() -> None:
    """Bars grow; what is beyond the input is dashed."""
    picture = ET.fromstring(stack_svg((layer("one", 5, 1), layer("two", 9, 5)), (8, 8), "two layers"))  # noqa: S314 -- our own
    widths = [
        float(each.get("width", 0)) for each in picture.iter(f"{SVG}rect") if each.get("class") == "bar"
    ]
    assert np.all(np.diff(widths) > 0)
    assert 1 == sum(each.get("class") == "beyond" for each in picture.iter(f"{SVG}rect"))

"""`paribus geometry`: what convolution and pooling layers really do to their input."""

import sys
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from cyclopts import App, Parameter
from rich.console import Group
from rich.text import Text

from paribus.cli._options import Json, prepared, result_console
from paribus.cli._say import say
from paribus.errors import GeometryError

Numbers = Annotated[list[int], Parameter(consume_multiple=True, negative="")]
Svg = Annotated[Path | None, Parameter(help="Draw it into this file.")]

app = App(
    name="geometry",
    help="""What convolution and pooling layers really do to their input, by Keras' rules.

    Sizes, padding, which pixels no window reads, how often the others are read, how much of a window is padding: for one layer
    (`conv`, `pool`, `transpose`), for a model, or for the arms of a study. Nothing is trained.
    """,
)


@app.command
def conv(
    *,
    input: Numbers,  # noqa: A002 -- what everybody calls it
    kernel: Numbers,
    strides: Numbers | None = None,
    padding: Literal["valid", "same", "causal"] = "valid",
    dilation: Numbers | None = None,
    svg: Svg = None,
    json: Json = False,
) -> int:
    """Show what Conv1D, Conv2D or Conv3D does, e.g. `--input 7 7 --kernel 2 2 --strides 2 2`.

    Args:
        input: Sizes, without batch and channels: one for a series, two for an image, three for a volume.
        kernel: Sizes of the window; one number for all axes.
        strides: Inputs from one window to the next; 1 by default.
        padding: `valid` adds nothing, `same` zeros so that the output is the input over the stride, rounded up, `causal` zeros before.
        dilation: Inputs from one that a window reads to the next; 1 by default.
    """
    from paribus.report.geometry import LayerSettings

    made = LayerSettings.conv(
        input,
        _one_or_each(kernel),
        strides=_one_or_each(strides),
        padding=padding,
        dilation=_one_or_each(dilation),
    )
    return _tell(made, svg, json=json)


@app.command
def pool(
    *,
    input: Numbers,  # noqa: A002 -- what everybody calls it
    window: Annotated[Numbers, Parameter(name=["--window", "--kernel"])],
    strides: Numbers | None = None,
    padding: Literal["valid", "same"] = "valid",
    svg: Svg = None,
    json: Json = False,
) -> int:
    """Show what max or average pooling does; the two read the same.

    Args:
        input: Sizes, without batch and channels.
        window: Sizes of the pool; one number for all axes.
        strides: Inputs from one window to the next; the window's size by default.
        padding: `valid` or `same`.
    """
    from paribus.report.geometry import LayerSettings

    chosen = None if strides is None else _one_or_each(strides)
    return _tell(
        LayerSettings.pool(input, _one_or_each(window), strides=chosen, padding=padding), svg, json=json
    )


@app.command
def transpose(
    *,
    input: Numbers,  # noqa: A002 -- what everybody calls it
    kernel: Numbers,
    strides: Numbers | None = None,
    padding: Literal["valid", "same"] = "valid",
    dilation: Numbers | None = None,
    output_padding: Numbers | None = None,
    svg: Svg = None,
    json: Json = False,
) -> int:
    """Show what a transposed convolution does.

    Args:
        input: Sizes, without batch and channels.
        kernel: Outputs that one input is spread over; one number for all axes.
        strides: Outputs from one input's window to the next; 1 by default.
        padding: `valid` or `same`.
        dilation: Outputs from one that a window writes to the next; 1 by default.
        output_padding: Outputs more than what the stride leaves open; Keras' own choice by default.
    """
    from paribus.report.geometry import LayerSettings

    made = LayerSettings.transpose(
        input,
        _one_or_each(kernel),
        strides=_one_or_each(strides),
        padding=padding,
        dilation=_one_or_each(dilation),
        output_padding=None if output_padding is None else _one_or_each(output_padding),
    )
    return _tell(made, svg, json=json)


@app.command
def model(reference: str, /, *, svg: Svg = None, json: Json = False) -> int:
    """Show every layer of a Keras model: sizes, costs, receptive field, and where pixels are lost.

    Args:
        reference: file.py, whose variable or function `model` is the model, or file.py:name; a function is called without arguments.
    """
    from paribus import lab, studies

    return _tell_models([lab.model_geometry(studies.model(reference))], svg, json=json)


@app.command
def study(reference: str, /, *, svg: Svg = None, json: Json = False) -> int:
    """Show every layer of a study's arms.

    Args:
        reference: Built-in name, file.py, or file.py:name.
        svg: Draw the arms' receptive fields into files of this name, the arm's name before its ending.
    """
    from paribus import lab, studies
    from paribus.executors import Processes

    audited = lab.audit(studies.study(reference), executor=prepared(Processes()))
    return _tell_models(list(lab.arm_geometries(audited)), svg, json=json)


def _tell(made: Any, svg: Path | None, *, json: bool) -> int:
    from paribus.report import table
    from paribus.report.geometry import (
        axis_rows,
        coverage_map,
        facts,
        keras_line,
        layer_json,
        layer_svg,
        torch_lines,
    )

    if svg is not None:
        _write(svg, layer_svg(made))
    if json:
        plain = {**layer_json(made), "keras": keras_line(made), "torch": torch_lines(made)}
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(plain), indent=2).decode() + "\n")
        return 0
    first, *others = facts(made)
    header = ("", "inputs", "padding", "window", "stride", "outputs", "never read", "read by outputs")
    console = result_console()
    console.print(Group(Text(first, style="bold"), table(header, axis_rows(made), numeric={1, 3, 4, 5})))
    for sentence in others:
        say(console, sentence)
    console.print(Group(Text(""), coverage_map(made), Text("")))
    say(console, "Keras:", f"  {keras_line(made)}", "PyTorch:", *(f"  {line}" for line in torch_lines(made)))
    return 0


def _tell_models(models: list[Any], svg: Path | None, *, json: bool) -> int:
    from paribus.report import table
    from paribus.report.geometry import is_known, model_rows, model_warnings, stack_svg

    for made in models if svg else []:
        assert svg is not None  # noqa: S101 -- only then is there a model
        name = svg if len(models) == 1 else svg.with_stem(f"{svg.stem}-{made.name.replace(' ', '-')}")
        _write(name, stack_svg(made.layers, made.extents, made.name))
    if json:
        plain = [{"model": made, "warnings": model_warnings(made.layers, made.extents)} for made in models]
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(plain), indent=2).decode() + "\n")
        return 0
    console = result_console()
    header = ("layer", "output", "parameters", "MACs", "field", "jump", "padding", "unread")
    for made in models:
        console.print(Text(made.name, style="bold"))
        console.print(table(header, model_rows(made.layers), numeric={2, 3, 4, 5, 7}))
        warnings = model_warnings(made.layers, made.extents)
        nothing = "Every place is read, and the field never leaves the input."
        unknown = "What its units see is not known for all layers."
        known = is_known(made.layers, made.extents)
        say(console, *(warnings or ([nothing] if known else [])), *([] if known else [unknown]), "")
    return 0


def _one_or_each(numbers: list[int] | None) -> int | list[int]:
    if numbers is None:
        return 1
    return numbers[0] if len(numbers) == 1 else numbers


def _write(file: Path, content: str) -> None:
    try:
        file.write_text(content, encoding="utf-8")
    except OSError as error:
        raise GeometryError(f"{file} cannot be written: {error.strerror or error}.") from error

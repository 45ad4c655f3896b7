"""What the explorer shows is what `paribus geometry --json` prints, layer by layer."""

import itertools
import json
import shlex

import pytest
from starlette.testclient import TestClient

from paribus.app.explorer import (
    Chain,
    Choice,
    LayerChoice,
    chain_of,
    chain_sentences,
    command,
    grids,
    keras_code,
    reads,
    step_rows,
)
from paribus.cli._main import app
from paribus.geometry import BETWEEN

SETTINGS = [
    (choice, Choice(input=size, layers=(choice,), square=len(size) == 1))
    for size in ((7,), (9, 8))
    for kind, padding, stride, dilation in itertools.product(
        ("conv", "pool", "transpose"), ("valid", "same"), (1, 2), (1, 2)
    )
    if stride == 1 or dilation == 1
    for choice in [
        LayerChoice(
            kind=kind,
            kernel=(3, 2)[: len(size)],
            strides=(stride,) * len(size),
            padding=padding,
            dilation=(1 if kind == "pool" else dilation,) * len(size),
        )
    ]
]


@pytest.mark.parametrize(("layer", "choice"), SETTINGS)
def test_a_layer_is_told_as_on_the_command_line(
    layer: LayerChoice, choice: Choice, client: TestClient, capsys: pytest.CaptureFixture[str]
) -> None:
    """The command that the page names prints the same numbers and sentences."""
    told = client.get(f"/geometry.json?{choice.query()}").json()["layers"][0]
    line = command(chain_of(choice).layers[0])
    app([*shlex.split(line)[1:], "--json"])
    printed = json.loads(capsys.readouterr().out)
    assert {name: printed[name] for name in told} == told
    assert layer.kind == shlex.split(line)[2]


def reached(chain: Chain) -> int:
    """Count inputs that reach the end, by following every one of them."""
    shape = chain.input
    alive = set(itertools.product(*map(range, chain.sizes[-1])))
    for layer in reversed(chain.layers):
        axes = layer.geometry.axes
        alive = {
            place
            for output in alive
            for place in itertools.product(*(axis.read_by(at) for axis, at in zip(axes, output, strict=True)))
        }
    assert all(0 <= at < n for place in alive for at, n in zip(place, shape, strict=True))
    return len(alive)


def test_what_reaches_no_end_is_counted_to_the_place() -> None:
    """Through layers that skip, by following every place back."""
    skipping = LayerChoice(kernel=(2, 2), strides=(3, 2))
    choice = Choice(
        input=(11, 9), layers=(skipping, LayerChoice(kernel=(2, 1), strides=(2, 2))), square=False
    )
    chain = chain_of(choice)
    assert 99 - reached(chain) == chain.lost()
    assert chain.lost() > 0
    assert f"{chain.lost()} of 99 pixels of the input reach no unit" in chain_sentences(chain)[1]


def test_fields_grow_as_they_are_known_to() -> None:
    """Three 3×3 convolutions see seven, and each stride doubles what comes after."""
    conv, strided = LayerChoice(padding="same"), LayerChoice(padding="same", strides=(2, 2))
    assert ["3×3", "5×5", "7×7"] == [
        row.field for row in step_rows(chain_of(Choice(input=(28, 28), layers=(conv,) * 3)))
    ]
    rows = step_rows(chain_of(Choice(input=(28, 28), layers=(strided,) * 3)))
    assert [("3×3", "2×2"), ("7×7", "4×4"), ("15×15", "8×8")] == [(row.field, row.jump) for row in rows]


def test_layers_up_to_the_one_that_keras_refuses_are_shown() -> None:
    """With its reason, and which it is."""
    chain = chain_of(Choice(input=(4, 4), layers=(LayerChoice(), LayerChoice())))
    assert 1 == len(chain.layers)
    assert (
        "Layer 2: no window fits on axis 1: it spans 3 of 2 inputs; pad ('same'), or take a smaller one.",
    ) == chain.problems[:1]


def test_what_grows_too_large_is_not_followed() -> None:
    """A transposed convolution with a long stride ends the chain, and says why."""
    up = LayerChoice(kind="transpose", strides=(8, 8))
    chain = chain_of(Choice(input=(64, 64), layers=(up, up)))
    assert 1 == len(chain.layers)
    assert "beyond 256" in chain.problems[0]
    assert () == grids(chain)


def test_places_that_are_pointed_at_know_what_they_read() -> None:
    """Per layer and axis, padding included, zeros between inputs left out."""
    chain = chain_of(
        Choice(input=(3,), layers=(LayerChoice(kind="transpose", kernel=(2,), strides=(2,), dilation=(1,)),))
    )
    (axis,) = reads(chain)[0]
    assert 3 == axis["n"]
    assert all(place != BETWEEN for places in axis["places"] for place in places)
    assert list(chain.layers[0].geometry.axes[0].read_by(0)) == [
        place for place in axis["places"][0] if 0 <= place < 3
    ]


def test_a_grid_holds_every_place_once() -> None:
    """Input with its padding, hatched where nothing reads it; then the output."""
    chain = chain_of(Choice(input=(7, 7), layers=(LayerChoice(kernel=(2, 2), strides=(2, 2)),)))
    first, last = grids(chain)
    assert ("input: 7×7", "output: 3×3") == (first.name, last.name)
    assert 49 == first.picture.count("data-at=")
    assert 13 == first.picture.count('class="unread"')
    assert 9 == last.picture.count("data-at=")


def test_the_code_runs_and_makes_what_was_shown() -> None:
    """Keras gives every layer the shape that the page says."""
    layers = (
        LayerChoice(padding="same", strides=(2, 2)),
        LayerChoice(kind="pool", kernel=(2, 2), strides=(1, 1)),
        LayerChoice(kind="transpose", strides=(2, 2)),
    )
    chain = chain_of(Choice(input=(9, 9), layers=layers))
    made: dict[str, object] = {}
    exec(keras_code(chain), made)  # noqa: S102 -- what users are told to copy
    shapes = [layer.output.shape[1:3] for layer in made["model"].layers]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]
    assert list(chain.sizes[1:]) == shapes

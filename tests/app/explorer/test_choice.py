"""An address holds all of a choice."""

from typing import get_args
from urllib.parse import parse_qs

from hypothesis import given
from hypothesis import strategies as st

from paribus.app.explorer import KINDS, LIMITS, MOST_LAYERS, PADDINGS, Choice, LayerChoice, choice_of
from paribus.app.explorer._choice import Kind


@st.composite
def choices(draw: st.DrawFn) -> Choice:
    """Draw a choice that controls can set."""
    axes = draw(st.integers(1, 2))
    square = axes == 1 or draw(st.booleans())

    def sizes(name: str) -> tuple[int, ...]:
        drawn = [draw(st.integers(*LIMITS[name])) for _ in range(1 if square else axes)]
        return tuple(drawn * axes if square else drawn)

    layers = tuple(
        LayerChoice(
            kind=draw(st.sampled_from(tuple(KINDS))),
            kernel=sizes("kernel"),
            strides=sizes("strides"),
            padding=draw(st.sampled_from(PADDINGS)),
            dilation=sizes("dilation"),
        )
        for _ in range(draw(st.integers(1, MOST_LAYERS)))
    )
    return Choice(input=sizes("input"), layers=layers, square=square)


@given(choices())
def test_an_address_leads_back_to_its_choice(choice: Choice) -> None:
    """Nothing is lost, and nothing has to be noted."""
    assert choice == choice_of(parse_qs(choice.query()))


@given(
    st.dictionaries(
        st.sampled_from(["axes", "input", "layers", "kind0", "kernel0", "strides0", "padding0", "square"]),
        st.lists(st.text(max_size=20), min_size=1, max_size=4),
    )
)
def test_any_address_makes_a_choice(query: dict[str, list[str]]) -> None:
    """Whatever it holds; what could not be taken is noted, and the choice's own address is whole."""
    choice = choice_of(query)
    assert 1 <= len(choice.input) <= 2
    assert choice.input == choice_of(parse_qs(choice.query())).input


def test_what_is_out_of_reach_is_shown_with_the_nearest() -> None:
    """And said."""
    choice = choice_of({"input": ["999"], "kernel0": ["three"], "padding0": ["sane"]})
    assert (64, 64) == choice.input
    assert (3, 3) == choice.layers[0].kernel
    assert (
        "input is 1 to 64 here, not 999; shown with 64.",
        "kernel0 is a number, not 'three'; shown with 3.",
        "padding0 is one of valid, same, causal, not 'sane'; shown with valid.",
    ) == choice.notes


def test_every_kind_has_a_title() -> None:
    """A kind without one could not be chosen."""
    assert set(get_args(Kind)) == set(KINDS)

"""Figures as Vega-Lite: specifications that its schema allows, with the numbers that the rows have."""

import json
from typing import Any

import pytest

from paribus.report import FIGURES, Material
from tests.report.simulated import Plan, simulated

PLANS = {
    "plain": Plan(),
    "many arms": Plan(
        arms=tuple(f"arm {place} with a name that is much too long for it" for place in range(20))
    ),
    "one seed": Plan(seeds=1, epochs=1),
    "looks": Plan(seeds=4, looks=(3, 4, 6)),
    "a loss": Plan(metric="test_loss"),
}


@pytest.mark.parametrize("plan", PLANS.values(), ids=list(PLANS))
def test_specifications_are_valid(plan: Plan) -> None:
    """Altair validates them against the schema; they are JSON without NaN, and name no address but the schema's."""
    material = simulated(plan)
    for figure in FIGURES.values():
        for panel in figure.panels(material)[:2]:
            made: dict[str, Any] = figure.chart(panel).to_dict(validate=True)
            schema = made.pop("$schema")
            written = json.dumps(made, allow_nan=False)
            assert schema.startswith("https://vega.github.io/schema/vega-lite/v6")
            assert "http" not in written


def data(material: Material, figure: str) -> list[dict[str, Any]]:
    """Return all rows of a figure's first panel, of every layer."""
    panel = FIGURES[figure].panels(material)[0]
    datasets = FIGURES[figure].chart(panel).to_dict()["datasets"]
    return [row for rows in datasets.values() for row in rows]


def test_what_is_undefined_is_null() -> None:
    """One seed has no interval, on a page, too."""
    rows = [row for row in data(simulated(Plan(seeds=1)), "differences") if "word" in row]
    assert [(None, None)] * 2 == [(row["low"], row["high"]) for row in rows]


def test_every_run_is_a_point() -> None:
    """And every mean has its place: three arms, each on a line of its own."""
    rows = data(simulated(), "scores")
    assert 3 * 4 == sum("seed" in row for row in rows)
    means = [row for row in rows if "n" in row]
    assert [0, 1, 2] == [int(row["at"]) for row in means]


def test_what_a_screen_reader_says() -> None:
    """The verdicts, in words."""
    panel = FIGURES["differences"].panels(simulated())[0]
    assert (
        "Paired differences. wide − flat: undecided; deep − flat: undecided."
        == (FIGURES["differences"].chart(panel).to_dict()["description"])
    )


def test_controls_are_those_of_a_form() -> None:
    """An arm is chosen from a list and seeds by a box, which a keyboard reaches; a legend it does not."""
    panel = FIGURES["curves"].panels(simulated())[0]
    params = {param["name"]: param["bind"] for param in FIGURES["curves"].chart(panel).to_dict()["params"]}
    assert "checkbox" == params["every_seed"]["input"]
    assert ["all", "flat", "wide", "deep"] == params["arms"]["labels"]

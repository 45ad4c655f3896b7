"""Arms are resized to their budgets before anything is trained, and trained at those sizes."""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# Keras ships no types.

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from paribus import lab
from paribus.audit import Auditor, Built, Order, sizing_orders
from paribus.errors import UnmatchableError
from paribus.progress import Quiet
from paribus.studies import study as built_in
from paribus.study import Arm, Budget, Contrast, Study


def wide(input_shape: tuple[int, ...], classes: int, width: int = 4) -> Any:
    import keras

    return keras.Sequential(
        [
            keras.Input(input_shape),
            keras.layers.Flatten(),
            keras.layers.Dense(width, activation="relu"),
            keras.layers.Dense(classes, activation="softmax"),
        ]
    )


def convolution(input_shape: tuple[int, ...], classes: int) -> Any:
    import keras

    return keras.Sequential(
        [
            keras.Input(input_shape),
            keras.layers.Conv2D(8, 3, activation="relu"),
            keras.layers.Flatten(),
            keras.layers.Dense(classes, activation="softmax"),
        ]
    )


@pytest.fixture
def study(small_study: Study) -> Study:
    return replace(
        small_study,
        arms=(Arm("wide", wide), Arm("conv", convolution)),
        contrasts=(Contrast("conv", "wide", margin=0.1),),
        budget=Budget("trainable_parameters", like="conv", tolerance=0.05),
    )


def test_an_arm_is_sized_like_another(study: Study) -> None:
    """The convolution has 596 weights; 37 inputs and 4 classes give the width that is nearest."""
    audited = lab.audit(study)
    matches = {match.arm: match for match in audited.study.matches}
    assert {"width": 14} == matches["wide"].sizes
    assert [(596, 578)] == [(line.target, line.actual) for line in matches["wide"].lines]
    assert {} == matches["conv"].sizes
    counts = {arm.name: arm.parameters.trainable for arm in audited.arms if arm.parameters}
    assert {"wide": 578, "conv": 596} == counts


def test_what_is_trained_has_the_size_that_was_found(study: Study, tmp_path: Path) -> None:
    """Its result says so, and a second run of the study trains nothing."""
    store = tmp_path / "paribus.db"
    result = lab.run(study, store=store, watcher=Quiet())
    assert 4 == result.trained
    assert {"wide": 14} == {
        match.arm: match.sizes["width"] for match in result.analysis.study.matches if match.sizes
    }
    assert 0 == lab.run(study, store=store, watcher=Quiet()).trained
    other = replace(study, budget=Budget("trainable_parameters", target=300, tolerance=0.1))
    assert 2 == lab.run(other, store=store, watcher=Quiet()).trained


def test_a_budget_that_cannot_be_met_names_the_nearest_sizes(study: Study) -> None:
    """And the ways out."""
    exact = replace(study, budget=Budget("trainable_parameters", like="conv", tolerance=0.001))
    with pytest.raises(UnmatchableError, match=r"nearest: width 14 gives 578 \(-3\.0%\); width 15 gives 619"):
        lab.audit(exact)


def test_flops_can_be_a_budget(study: Study) -> None:
    """With the parameters left to differ, which is then a note."""
    audited = lab.audit(replace(study, budget=Budget("flops", like="conv", tolerance=0.05)))
    sizes = {arm.name: arm.measures.flops for arm in audited.arms if arm.measures}
    assert sizes["wide"] == pytest.approx(sizes["conv"], rel=0.05)
    assert {"note"} == {finding.severity for finding in audited.findings if finding.kind == "parameters"}


def test_a_built_in_arm_meets_its_smallest_budget() -> None:
    """A convolution within two percent of 25,000; `paribus audit equal-parameters` sizes all twenty."""
    study = built_in("equal-parameters")
    auditor = Auditor(study)
    (order,) = [order for order in sizing_orders(study, {}) if order.arm == "conv, 25k parameters"]
    outcome = auditor(Order(order.arm, order.goals), lambda _: None)
    assert isinstance(outcome, Built)
    assert outcome.match is not None
    assert outcome.match.within
    assert outcome.parameters.trainable == pytest.approx(25_000, rel=0.02)

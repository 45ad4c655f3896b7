"""Where arms disagree: classes, single test examples, and the two models of every seed."""

from typing import NamedTuple

from paribus.analyse import ContrastResult, Examples
from paribus.report._numbers import p_value


class ClassRow(NamedTuple):
    """A class' accuracy in both arms, in percent, and the difference in points."""

    name: str
    n: str
    treatment: str
    control: str
    difference: str


class ExampleRow(NamedTuple):
    """A test example, counted from 0, its class, and with which part of the seeds both arms are right on it."""

    example: str
    name: str
    treatment: str
    control: str


class PairRow(NamedTuple):
    """The two models of one seed: on how many examples only one is right, and McNemar's exact p value."""

    seed: str
    only_treatment: str
    only_control: str
    p: str


class Disagreement(NamedTuple):
    """A contrast's disagreements as rows."""

    contrast: str
    treatment: str
    control: str
    classes: tuple[ClassRow, ...]
    examples: tuple[ExampleRow, ...]
    pairs: tuple[PairRow, ...]


def disagreement(result: ContrastResult) -> Disagreement | None:
    """Return where a contrast's arms disagree; None of a contrast that is not on test accuracy, or without seeds."""
    examples = result.examples
    if examples is None:
        return None
    return Disagreement(
        contrast=result.contrast.label,
        treatment=result.contrast.treatment,
        control=result.contrast.control,
        classes=_classes(examples),
        examples=_examples(examples),
        pairs=_pairs(examples),
    )


def _classes(examples: Examples) -> tuple[ClassRow, ...]:
    return tuple(
        ClassRow(
            name=each.name,
            n=f"{each.n:,}",
            treatment=f"{100 * each.treatment:.1f}",
            control=f"{100 * each.control:.1f}",
            difference=f"{100 * each.difference:+.1f}",
        )
        for each in examples.classes
    )


def _examples(examples: Examples) -> tuple[ExampleRow, ...]:
    names = {each.label: each.name for each in examples.classes}
    return tuple(
        ExampleRow(
            example=str(each.index),
            name=names.get(each.label, "unknown"),
            treatment=f"{100 * each.treatment:.0f} %",
            control=f"{100 * each.control:.0f} %",
        )
        for each in examples.examples
    )


def _pairs(examples: Examples) -> tuple[PairRow, ...]:
    return tuple(
        PairRow(
            seed=str(each.seed),
            only_treatment=f"{each.only_treatment:,}",
            only_control=f"{each.only_control:,}",
            p=p_value(each.test.exact_p),
        )
        for each in examples.pairs
    )

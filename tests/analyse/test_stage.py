"""How a result is judged depends on how its seeds came to be as many as they are."""

import pytest

from paribus.analyse import Rule, stage
from paribus.records import Design

FIXED = Design(seeds=(0, 1, 2))
LOOKED_AT = Design(seeds=tuple(range(20)), looks=(5, 10, 15, 20))


def test_seeds_that_were_planned_are_judged_by_students_t() -> None:
    """In whatever order they are asked for."""
    assert Rule.FIXED is stage(FIXED, (2, 0, 1), ()).rule
    assert not stage(FIXED, (0, 1, 2), ()).interim


@pytest.mark.parametrize("seeds", [(0, 1), (0, 1, 2, 3), (3, 4, 5)])
def test_other_seeds_than_planned_are_judged_at_any_time(seeds: tuple[int, ...]) -> None:
    """Fewer, more, or others."""
    reached = stage(FIXED, seeds, ())
    assert (Rule.ANYTIME, False) == (reached.rule, reached.interim)


def test_what_has_not_ended_is_judged_at_any_time() -> None:
    """Whoever reads a result while it runs has looked."""
    reached = stage(FIXED, (0, 1, 2), {2})
    assert (Rule.ANYTIME, True) == (reached.rule, reached.interim)


def test_a_look_counts_the_seeds_up_to_it() -> None:
    """Seven have ended: the first look is at five of them."""
    reached = stage(LOOKED_AT, tuple(range(10)), {7, 8, 9})
    assert (Rule.LOOKS, (0, 1, 2, 3, 4), (5,)) == (reached.rule, reached.seeds, reached.looks)
    assert (0.25, 0.5, 0.75, 1.0) == reached.information
    assert not reached.no_look_left


def test_before_the_first_look_nothing_is_spent() -> None:
    """What is read then is judged at any time."""
    assert Rule.ANYTIME is stage(LOOKED_AT, tuple(range(5)), {4}).rule


def test_all_planned_seeds_are_the_last_look() -> None:
    """Whether or not it was looked before."""
    reached = stage(LOOKED_AT, tuple(range(20)), ())
    assert (5, 10, 15, 20) == reached.looks
    assert reached.no_look_left


def test_more_seeds_than_the_looks_were_planned_for_are_judged_at_any_time() -> None:
    """The looks' errors are spent."""
    assert Rule.ANYTIME is stage(LOOKED_AT, tuple(range(21)), ()).rule

"""A match is as near as brute force finds it, in few measurements, and what cannot be matched is told in sentences."""

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paribus.errors import ArmError, StudyError, UnmatchableError
from paribus.match import Goal, Point, matched, search
from paribus.records import BudgetLine, Match
from paribus.study import Knob

WIDTH = Knob("width")
Costs = Callable[[int], int]


def dense(width: int) -> int:
    """Return the parameters of 784 inputs, a hidden layer and 10 classes."""
    return (784 + 1) * width + (width + 1) * 10


def conv(width: int) -> int:
    """Return the parameters of two 3x3 convolutions on one channel, global pooling and 10 classes."""
    return (9 + 1) * width + (9 * width + 1) * width + (width + 1) * 10


SHORT: dict[str, Costs] = {
    "odd widths cost less": lambda width: dense(width - 100 * (width % 2)) + 100_000,
    "multiples of 8": lambda width: dense(width // 8 * 8 + 1),
    "a bump": lambda width: dense(width) + 300_000 * (400 <= width < 700),
    "falling": lambda width: dense(4_000 - width),
    "in disorder": lambda width: 1_000_000 + 7 * (width * 7_919 % 3_001),
}
LONG: dict[str, Costs] = {
    "odd widths cost more": lambda width: dense(width) + 100_000 * (width % 2),
    "multiples of 8": lambda width: dense(width // 8 * 8 + 1),
    "falling": lambda width: dense(70_000 - width),
}
RISING: dict[str, Costs] = {"dense": dense, "conv": conv, "eighths": lambda width: width // 8 + 1}


def hundreds(width: int) -> int:
    return 100 * width


def myriads(width: int) -> int:
    return 10_000 * width


class Counted:
    """Measures one width, and counts how often it is asked."""

    def __init__(self, *costs: Costs) -> None:
        self.costs = costs
        self.asked: list[int] = []

    def __call__(self, sizes: Mapping[str, int]) -> tuple[int, ...]:
        self.asked.append(sizes["width"])
        return tuple(cost(sizes["width"]) for cost in self.costs)


def goals(*targets: int, tolerance: float = 0.01) -> tuple[Goal, ...]:
    measures = ("trainable_parameters", "flops", "activation_bytes")
    return tuple(Goal(measure, target, tolerance) for measure, target in zip(measures, targets, strict=False))


def rank(point: Point, wanted: Sequence[Goal]) -> tuple[float, float, tuple[int, ...]]:
    """Return the stated criterion: the largest deviation in tolerances, then the sum, then sizes."""
    off = [
        abs((value - goal.target) / goal.target) / goal.tolerance
        for value, goal in zip(point.values, wanted, strict=True)
    ]
    return max(off), sum(off), tuple(point.sizes.values())


def grid(knobs: Sequence[Knob], wanted: Sequence[Goal], measure: Callable[..., Any]) -> list[Point]:
    """Return every point of the grid that can be built."""
    points: list[Point] = []
    for values in itertools.product(*(knob.values for knob in knobs)):
        sizes = dict(zip((knob.name for knob in knobs), values, strict=True))
        try:
            costs = tuple(measure(sizes))
        except ArmError:
            continue
        deviations = tuple(
            (cost - goal.target) / goal.target for cost, goal in zip(costs, wanted, strict=True)
        )
        points.append(Point(sizes, costs, deviations))
    return points


def brute(knobs: Sequence[Knob], wanted: Sequence[Goal], measure: Callable[..., Any]) -> Point:
    return min(grid(knobs, wanted, measure), key=lambda point: rank(point, wanted))


class TestOneKnob:
    @pytest.mark.parametrize("cost", [dense, conv])
    def test_no_other_width_is_nearer(self, cost: Costs) -> None:
        """For 2,000 targets over six decades, the width is the one that brute force over all widths finds."""
        rng = np.random.default_rng(0)
        every = np.array([cost(width) for width in WIDTH.values])
        for target in np.exp(rng.uniform(np.log(10), np.log(5e7), 2_000)).astype(int).tolist():
            found = search([WIDTH], goals(target), Counted(cost))
            assert int(np.abs(every - target).argmin()) + 1 == found.best.sizes["width"]

    @pytest.mark.parametrize("cost", RISING.values(), ids=RISING.keys())
    @pytest.mark.parametrize("target", [1, 500, 100_000, 3_000_000, 40_000_000, 10**15])
    def test_few_widths_are_measured(self, cost: Costs, target: int) -> None:
        """A target among 65,536 widths takes fewer than 80 measurements, none of them twice."""
        measure = Counted(cost)
        search([WIDTH], goals(target), measure)
        assert len(measure.asked) < 80
        assert len(set(measure.asked)) == len(measure.asked)

    def test_no_model_is_much_larger_than_needed(self) -> None:
        """Nothing is built that is wider than about twice what is looked for."""
        measure = Counted(dense)
        best = search([WIDTH], goals(dense(1_000)), measure).best
        assert 1_000 == best.sizes["width"]
        assert max(measure.asked) <= 2_048

    @given(
        st.lists(st.integers(0, 5), min_size=1, max_size=300),
        st.integers(1, 1_000),
        st.integers(1, 50),
    )
    def test_plateaus_give_their_smallest_size(self, steps: list[int], target: int, start: int) -> None:
        """Costs that rise or stay are matched as brute force does, equals by the smaller size."""
        costs = list(itertools.accumulate(steps, initial=start))
        knobs, wanted = [Knob("width", range(1, len(costs) + 1))], goals(target)
        measure = Counted(lambda width: costs[width - 1])
        assert brute(knobs, wanted, measure) == search(knobs, wanted, measure).best

    @given(st.data())
    def test_up_to_32_values_may_cost_anything(self, data: st.DataObject) -> None:
        """Whatever they cost, and whichever of them cannot be built, the best is found."""
        costs = data.draw(st.lists(st.none() | st.integers(0, 200), min_size=1, max_size=32))
        knobs, wanted = [Knob("width", range(1, len(costs) + 1))], goals(data.draw(st.integers(1, 200)))

        def measure(sizes: Mapping[str, int]) -> list[int]:
            cost = costs[sizes["width"] - 1]
            if cost is None:
                raise ArmError("arm 'x': no.")
            return [cost]

        if all(cost is None for cost in costs):
            with pytest.raises(ArmError, match="arm 'x': no"):
                search(knobs, wanted, measure)
        else:
            assert brute(knobs, wanted, measure) == search(knobs, wanted, measure).best

    @pytest.mark.parametrize("cost", SHORT.values(), ids=SHORT.keys())
    def test_whatever_costs_do_short_lines_are_scanned(self, cost: Costs) -> None:
        """Where costs do not rise all the way, every width up to 3,000 is looked at."""
        knobs = [Knob("width", range(1, 3_001))]
        rng = np.random.default_rng(1)
        for target in rng.integers(200_000, 1_500_000, 12).tolist():
            measure = Counted(cost)
            assert brute(knobs, goals(target), measure) == search(knobs, goals(target), measure).best

    @pytest.mark.parametrize("cost", LONG.values(), ids=LONG.keys())
    def test_long_lines_are_scanned_where_they_turn(self, cost: Costs) -> None:
        """Among 65,536 widths, no more than 5,000 are measured, and none is nearer than the one found."""
        every = np.array([cost(width) for width in WIDTH.values])
        rng = np.random.default_rng(2)
        for target in rng.integers(1_000_000, 40_000_000, 12).tolist():
            measure = Counted(cost)
            best = search([WIDTH], goals(target), measure).best
            assert int(np.abs(every - target).argmin()) + 1 == best.sizes["width"]
            assert len(measure.asked) < 5_000

    def test_values_may_have_gaps(self) -> None:
        """Only values of the knob are tried."""
        knob = Knob("width", (1, 2, 3, 50, 51, 500))
        measure = Counted(dense)
        assert {"width": 51} == search([knob], goals(dense(60)), measure).best.sizes
        assert set(knob.values) >= set(measure.asked)


class TestSizesThatCannotBeBuilt:
    @pytest.mark.parametrize("divisor", [3, 4, 16, 32])
    def test_are_passed_over(self, divisor: int) -> None:
        """If only multiples can be built, the nearest multiple is found among 65,536 widths."""

        def measure(sizes: Mapping[str, int]) -> list[int]:
            if sizes["width"] % divisor:
                raise ArmError("arm 'x': not divisible.")
            return [dense(sizes["width"])]

        rng = np.random.default_rng(3)
        for width in rng.integers(divisor, 60_000, 20).tolist():
            best = search([WIDTH], goals(dense(width)), measure).best
            low = width // divisor * divisor
            nearest = low if width - low <= low + divisor - width else low + divisor
            assert nearest == best.sizes["width"]

    @pytest.mark.parametrize("target", [1, 30, 45, 10**6])
    def test_may_be_all_beyond_a_depth(self, target: int) -> None:
        """Four poolings fit, a fifth does not; depth 4 is the most there is, and none beyond 100 is tried."""
        asked: list[int] = []

        def measure(sizes: Mapping[str, int]) -> list[int]:
            asked.append(sizes["depth"])
            if sizes["depth"] > 4:
                raise ArmError("arm 'x': nothing is left to pool.")
            return [10 * sizes["depth"]]

        knobs = [Knob("depth")]
        shallow = [Knob("depth", range(1, 5))]
        best = search(knobs, goals(target), measure).best
        assert max(asked) <= 100
        assert brute(shallow, goals(target), measure) == best

    def test_may_be_all_below_a_size(self) -> None:
        """The first size that can be built is found, if that is nearest."""

        def measure(sizes: Mapping[str, int]) -> list[int]:
            if sizes["width"] < 1_000:
                raise ArmError("arm 'x': too narrow.")
            return [dense(sizes["width"])]

        assert {"width": 1_000} == search([WIDTH], goals(dense(10)), measure).best.sizes
        assert {"width": 1_234} == search([WIDTH], goals(dense(1_234)), measure).best.sizes

    @pytest.mark.parametrize("width", [1_500, 1_999, 2_100, 2_400, 2_600, 2_900])
    def test_may_lie_in_between(self, width: int) -> None:
        """A gap is looked at from both sides."""

        def measure(sizes: Mapping[str, int]) -> list[int]:
            if 2_000 <= sizes["width"] < 2_500:
                raise ArmError("arm 'x': no.")
            return [dense(sizes["width"])]

        built = [each for each in range(1, 5_000) if not 2_000 <= each < 2_500]
        nearest = min(built, key=lambda each: (abs(each - width), each))
        assert {"width": nearest} == search([WIDTH], goals(dense(width)), measure).best.sizes

    def test_are_told_if_there_are_no_others(self) -> None:
        """If nothing can be built, the error of the first attempt is raised."""

        def measure(sizes: Mapping[str, int]) -> list[int]:
            raise ArmError(f"arm 'x': width {sizes['width']} raised NameError.")

        with pytest.raises(ArmError, match="width 1 raised NameError"):
            search([WIDTH], goals(100), measure)


class TestSeveralGoals:
    @settings(max_examples=200)
    @given(
        st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=120),
        st.tuples(st.integers(1, 200), st.integers(1, 200)),
        st.tuples(st.sampled_from((0.01, 0.1, 0.5)), st.sampled_from((0.01, 0.1, 0.5))),
    )
    def test_rising_costs_give_the_least_largest_deviation(
        self, steps: list[tuple[int, int]], targets: tuple[int, int], tolerances: tuple[float, float]
    ) -> None:
        """Of two goals the one missed most counts, then the sum, then the smaller size; as brute force finds it."""
        costs = np.cumsum(steps, axis=0) + 1
        knobs = [Knob("width", range(1, len(costs) + 1))]
        wanted = [
            Goal(name, target, tolerance)
            for name, target, tolerance in zip(("macs", "flops"), targets, tolerances, strict=True)
        ]

        def measure(sizes: Mapping[str, int]) -> list[int]:
            return costs[sizes["width"] - 1].tolist()

        assert brute(knobs, wanted, measure) == search(knobs, wanted, measure).best

    def test_two_knobs_are_searched_together(self) -> None:
        """No point of the whole grid is better, or preferable to the best; the front's points are not either."""
        knobs = [Knob("width", range(1, 150)), Knob("depth", range(1, 7))]

        def measure(sizes: Mapping[str, int]) -> list[int]:
            width, depth = sizes["width"], sizes["depth"]
            weights = (9 * width + 1) * width * (depth - 1) + 10 * width + (width + 1) * 10
            return [weights, 2 * (784 // depth) * weights]

        rng = np.random.default_rng(4)
        for _ in range(40):
            width, depth = int(rng.integers(5, 140)), int(rng.integers(1, 7))
            parameters, flops = measure({"width": width, "depth": depth})
            wanted = goals(parameters, int(flops * rng.uniform(0.7, 1.4)))
            found = search(knobs, wanted, measure)
            everything = grid(knobs, wanted, measure)
            assert min(everything, key=lambda point: rank(point, wanted)) == found.best
            for kept in found.front:
                rivals = [each for each in found.measured if _preferable(each, kept)]
                assert not rivals
            assert not [each for each in everything if _preferable(each, found.best)]
            assert found.best.values in {point.values for point in found.front}

    def test_a_cost_that_no_size_changes_leaves_the_other_to_decide(self) -> None:
        """If one goal is missed by as much everywhere, the other is met as well as can be, in few measurements."""
        measure = Counted(lambda _: 1_000, dense)
        best = search([WIDTH], goals(500, dense(700)), measure).best
        assert {"width": 700} == best.sizes
        assert len(measure.asked) < 150

    def test_too_many_combinations_are_refused(self) -> None:
        """All knobs but the longest are combined, and that only so far."""
        knobs = [Knob("width"), Knob("depth", range(1, 101)), Knob("blocks", range(1, 11))]
        with pytest.raises(
            StudyError, match="'depth', 'blocks' can be combined in 1,000 ways, and at most 512"
        ):
            search(knobs, goals(100), Counted(dense))
        with pytest.raises(StudyError, match="arm 'cnn': knobs: "):
            matched("cnn", knobs, goals(100), Counted(dense))


def _preferable(left: Point, right: Point) -> bool:
    pairs = [(abs(a), abs(b)) for a, b in zip(left.deviations, right.deviations, strict=True)]
    return all(a <= b for a, b in pairs) and any(a < b for a, b in pairs)


class TestMatched:
    def test_a_match_says_what_it_costs(self) -> None:
        """Sizes, and each measure beside its target."""
        match = matched("dense", [WIDTH], goals(100_000), Counted(dense))
        line = BudgetLine(measure="trainable_parameters", target=100_000, actual=dense(126), tolerance=0.01)
        assert Match(arm="dense", sizes={"width": 126}, lines=(line,)) == match
        assert match.within

    def test_an_arm_without_knobs_is_measured_as_it_is(self) -> None:
        """It has no sizes, and how far off it is is told and not refused."""
        match = matched("dense", [], goals(100), lambda _: [150])
        assert ({}, False, 0.5) == (match.sizes, match.within, match.lines[0].deviation)

    def test_without_goals_there_is_nothing_to_search(self) -> None:
        """That is a mistake of the caller."""
        with pytest.raises(ValueError, match="none to search for"):
            matched("dense", [WIDTH], [], Counted(dense))

    def test_an_arm_cannot_be_sized_to_nothing(self) -> None:
        """An arm like one without FLOPs has no target."""
        with pytest.raises(StudyError, match="the target of 'flops' is 0"):
            Goal("flops", 0, 0.01)


class TestUnmatched:
    def test_between_two_widths(self) -> None:
        """The widths below and above are named, and three ways out."""
        knobs = [Knob("width", range(60, 200))]
        with pytest.raises(UnmatchableError) as caught:
            matched(
                "conv", knobs, goals(100_000, tolerance=0.001), Counted(lambda width: 1_900 * width - 98_280)
            )
        assert str(caught.value) == (
            "cannot match arm 'conv' to 100,000 trainable parameters within 0.1%.\n"
            "  nearest: width 104 gives 99,320 (-0.7%); width 105 gives 101,220 (+1.2%).\n"
            "  to fix: raise `tolerance`, move the target to a size above, or give the arm finer widths."
        )

    def test_below_the_smallest(self) -> None:
        """The smallest is named."""
        with pytest.raises(UnmatchableError) as caught:
            matched("dense", [WIDTH], goals(100), Counted(dense))
        assert str(caught.value) == (
            "cannot match arm 'dense' to 100 trainable parameters within 1%: its smallest size is above that.\n"
            "  nearest: width 1 gives 805 (+705.0%).\n"
            "  to fix: move the target to 805 or above, or let the arm become smaller."
        )

    def test_above_the_largest(self) -> None:
        """The largest is named."""
        knobs = [Knob("width", range(1, 65))]
        with pytest.raises(UnmatchableError) as caught:
            matched("dense", knobs, goals(1_000_000), Counted(dense))
        assert str(caught.value) == (
            "cannot match arm 'dense' to 1,000,000 trainable parameters within 1%: its largest size is below that.\n"
            "  nearest: width 64 gives 50,890 (-94.9%).\n"
            "  to fix: move the target to 50,890 or below, or let the arm become larger."
        )

    def test_with_two_knobs(self) -> None:
        """Both sizes of the nearest choices are named."""
        knobs = [Knob("width", (10, 20)), Knob("depth", (1, 2, 3))]
        with pytest.raises(UnmatchableError) as caught:
            matched("conv", knobs, goals(35), lambda sizes: [sizes["width"] * sizes["depth"]])
        assert str(caught.value) == (
            "cannot match arm 'conv' to 35 trainable parameters within 1%.\n"
            "  nearest: width 10, depth 3 gives 30 (-14.3%); width 20, depth 2 gives 40 (+14.3%).\n"
            "  to fix: raise `tolerance`, move the target to a size above, or give the arm finer widths or depths."
        )

    def test_budgets_that_conflict(self) -> None:
        """Each can be met and both cannot; the front is shown, nearest first, five points at most."""
        with pytest.raises(UnmatchableError) as caught:
            matched(
                "conv",
                [WIDTH],
                goals(1_000, 80_000),
                Counted(hundreds, myriads),
            )
        assert str(caught.value) == (
            "cannot match arm 'conv' to 1,000 trainable parameters within 1% and 80,000 FLOPs within 1% at once: "
            "the budgets conflict.\n"
            "  nearest, of which none is better in everything:\n"
            "    width 9 gives 900 trainable parameters (-10.0%) and 90,000 FLOPs (+12.5%).\n"
            "    width 8 gives 800 trainable parameters (-20.0%) and 80,000 FLOPs (+0.0%).\n"
            "    width 10 gives 1,000 trainable parameters (+0.0%) and 100,000 FLOPs (+25.0%).\n"
            "  to fix: raise a `tolerance`, give up a budget, or give the arm another knob."
        )

    def test_no_more_than_five_points_are_shown(self) -> None:
        """A long front is cut."""
        with pytest.raises(UnmatchableError) as caught:
            matched("conv", [WIDTH], goals(100_000, 200_000), Counted(hundreds, myriads))
        assert 5 == str(caught.value).count(" gives ")

    def test_each_goal_that_no_size_meets_is_named(self) -> None:
        """A budget that cannot be met alone is not called a conflict."""
        with pytest.raises(UnmatchableError) as caught:
            matched("dense", [WIDTH], goals(100, 5_000), Counted(dense, lambda width: 1_000 * width))
        (problem,) = caught.value.problems
        assert problem.startswith("cannot match arm 'dense' to 100 trainable parameters")

    @pytest.mark.parametrize(
        ("actual", "tolerance", "shown"),
        [
            (100_040, 0.0003, "+0.04%"),
            (101_040, 0.01, "+1.04%"),
            (129_001, 0.29, "+29.001%"),
            (99_320, 0.001, "-0.7%"),
        ],
    )
    def test_a_deviation_never_reads_as_tolerated(self, actual: int, tolerance: float, shown: str) -> None:
        """It has as many digits as it takes."""
        with pytest.raises(UnmatchableError) as caught:
            matched("x", [Knob("width", (1,))], goals(100_000, tolerance=tolerance), lambda _: [actual])
        assert f"({shown})" in str(caught.value)


class TestRecords:
    @given(st.integers(1, 10**9), st.integers(0, 10**9), st.floats(0.001, 0.999))
    def test_a_line_is_within_if_its_deviation_is_tolerated(
        self, target: int, actual: int, tolerance: float
    ) -> None:
        """The deviation is relative to the target, and signed."""
        line = BudgetLine(measure="macs", target=target, actual=actual, tolerance=tolerance)
        assert (actual - target) / target == line.deviation
        assert (abs(line.deviation) <= tolerance) == line.within

    def test_the_tolerance_itself_is_tolerated(self) -> None:
        """29 % off is within 29 %."""
        assert BudgetLine(measure="macs", target=100, actual=129, tolerance=0.29).within

    def test_nothing_is_relative_to_nothing(self) -> None:
        """Of a target of 0 the deviation is undefined, and only 0 meets it."""
        line = BudgetLine(measure="macs", target=0, actual=1, tolerance=0.5)
        assert math.isnan(line.deviation)
        assert not line.within
        assert BudgetLine(measure="macs", target=0, actual=0, tolerance=0.5).within

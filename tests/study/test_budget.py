"""Budgets, knobs and arms that can be resized are whole, and go together."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pytest

from paribus.errors import StudyError
from paribus.identity import identity
from paribus.study import Arm, Budget, Knob, Study

Shape = tuple[int, ...]


def fixed(input_shape: Shape, classes: int) -> Any:
    return input_shape, classes


def sizable(input_shape: Shape, classes: int, width: int = 8) -> Any:
    return input_shape, classes, width


def unsized(input_shape: Shape, classes: int, width: int) -> Any:
    return input_shape, classes, width


def deep(input_shape: Shape, classes: int, *, depth: int, units: int = 16, act: str = "relu") -> Any:
    return input_shape, classes, depth, units, act


def anything(input_shape: Shape, classes: int, **options: int) -> Any:
    return input_shape, classes, options


def width_first(width: int, classes: int) -> Any:
    return width, classes


class TestBudget:
    def test_all_of_it_is_named_at_once(self) -> None:
        """A measure that does not exist, no target and a tolerance in percent are three sentences."""
        with pytest.raises(StudyError) as caught:
            Budget("flop", tolerance=1)
        assert caught.value.problems == (
            (
                "budget: no measure 'flop'; there are 'trainable_parameters', 'parameters', 'flops', 'macs', 'training_flops', "
                "'activation_bytes'. Did you mean 'flops'?"
            ),
            "budget: give `like`, the name of an arm, or `target`, a number; it has neither.",
            "budget: tolerance is 1; it must lie between 0 and 1, and 0.01 is one percent.",
        )

    @pytest.mark.parametrize(
        ("options", "sentence"),
        [
            ({"like": "a", "target": 5}, "it has both"),
            ({"like": ""}, "like is ''"),
            ({"target": 0}, "target is 0"),
            ({"target": 1e6}, "target is 1000000.0"),
            ({"target": 5, "tolerance": 0.0}, "tolerance is 0.0"),
            ({"target": 5, "tolerance": float("nan")}, "tolerance is nan"),
            ({"target": 5, "tolerance": "1%"}, "tolerance is '1%'"),
        ],
    )
    def test_budgets_that_cannot_be_met_are_refused(self, options: dict[str, Any], sentence: str) -> None:
        """Each in a sentence of its own."""
        with pytest.raises(StudyError, match=sentence):
            Budget("macs", **options)

    def test_numpy_numbers_are_numbers(self) -> None:
        """A target computed with NumPy is a whole number like any."""
        assert Budget("macs", target=5) == Budget("macs", target=np.int64(5))  # pyright: ignore[reportArgumentType]


class TestKnobs:
    @pytest.mark.parametrize("build", [sizable, unsized, partial(sizable, width=3)])
    def test_a_width_is_a_knob_without_saying_so(self, build: Callable[..., Any]) -> None:
        """A builder with a parameter `width` can be resized."""
        assert (Knob("width", range(1, 65_537)),) == Arm("x", build).knobs

    @pytest.mark.parametrize("build", [fixed, deep, width_first, anything])
    def test_nothing_else_is_a_knob_without_saying_so(self, build: Callable[..., Any]) -> None:
        """Other parameters are named, and a first parameter is the input shape whatever it is called."""
        knobs = {"depth": (1,)} if build is deep else None
        assert "width" not in [knob.name for knob in Arm("x", build, knobs=knobs).knobs]

    @pytest.mark.parametrize(
        "knobs",
        [
            {"depth": range(1, 5), "units": (8, 64, 512)},
            {"depth": range(1, 5), "units": [8, 64, 512]},
            {"depth": range(1, 5), "units": np.array([8, 64, 512])},
            (Knob("depth", range(1, 5)), Knob("units", (8, 64, 512))),
        ],
    )
    def test_knobs_are_kept_in_one_form(self, knobs: Any) -> None:
        """However they are declared, they are names with a range or a tuple."""
        expected = (Knob("depth", range(1, 5)), Knob("units", (8, 64, 512)))
        assert expected == Arm("x", deep, knobs=knobs).knobs

    def test_names_alone_may_take_any_size(self) -> None:
        """A name gives 1 to 65,536."""
        assert (Knob("depth", range(1, 65_537)),) == Arm("x", deep, knobs=["depth"]).knobs

    def test_an_arm_may_keep_its_width(self) -> None:
        """No knobs means none."""
        assert () == Arm("x", sizable, knobs=()).knobs

    @pytest.mark.parametrize(
        ("build", "knobs", "sentence"),
        [
            (
                sizable,
                ("widht",),
                r"knob 'widht' is no parameter .* there are 'width'. Did you mean 'width'\?",
            ),
            (sizable, ("classes",), "knob 'classes' is no parameter"),
            (fixed, ("width",), "knob 'width' is no parameter .* there are none"),
            (deep, ("units",), r"it is called as build\(input_shape, classes, units=...\)"),
            (sizable, "width", r"knobs is 'width'; give a tuple of names, as \('width',\)"),
            (sizable, ("width", "width"), "knob 'width' is named 2 times"),
            (sizable, {"width": ()}, "knob 'width': it has no values"),
            (sizable, {"width": range(5, 5)}, "knob 'width': it has no values"),
            (sizable, {"width": (8, 8)}, "knob 'width': its values must increase"),
            (sizable, {"width": range(9, 1, -1)}, "knob 'width': its values must increase"),
            (sizable, {"width": range(64)}, "begin at 0; a size is at least 1"),
            (sizable, {"width": (8, 16.5)}, r"its values are \(8, 16.5\); give a range or whole numbers"),
            (sizable, {"width": 64}, "its values are 64; give a range"),
            (anything, {"depth": ()}, "knob 'depth': it has no values"),
        ],
    )
    def test_knobs_that_turn_nothing_are_refused(self, build: Any, knobs: Any, sentence: str) -> None:
        """Each in a sentence that names the arm."""
        with pytest.raises(StudyError, match=f"arm 'x': .*{sentence}"):
            Arm("x", build, knobs=knobs)

    def test_a_builder_that_takes_anything_takes_knobs(self) -> None:
        """Keywords are not listed, so any may be one."""
        assert ("x", 3, {"depth": 2}) == Arm("x", anything, knobs=("depth",)).sized({"depth": 2}).build(
            "x", 3
        )

    def test_all_of_it_is_named_at_once(self) -> None:
        """Knobs and budgets are looked at together."""
        twice = (Budget("macs", target=5), Budget("macs", target=6))
        with pytest.raises(StudyError) as caught:
            Arm(" ", sizable, knobs={"width": (), "widht": (3, 2)}, budgets=twice)
        assert caught.value.problems == (
            "arms: a name is empty; names label columns.",
            "arm ' ': knob 'width': it has no values; it needs at least one.",
            "arm ' ': knob 'widht': its values must increase, each above the one before.",
            "arm ' ': budgets: 'macs' has 2 targets; it can have one.",
        )

    def test_a_budget_of_its_own_needs_something_to_turn(self) -> None:
        """An arm that cannot be resized cannot be sized to anything."""
        with pytest.raises(StudyError, match="arm 'x': it has a budget of its own and cannot be resized"):
            Arm("x", fixed, budgets=Budget("macs", target=5))

    def test_budgets_are_budgets(self) -> None:
        """What is none is refused."""
        with pytest.raises(StudyError, match="arm 'x': budgets: expected Budgets, got a int"):
            Arm("x", sizable, budgets=5)  # pyright: ignore[reportArgumentType] -- what is refused


class TestSized:
    def test_the_builder_is_called_with_the_sizes(self) -> None:
        """What is left is an arm that cannot be resized."""
        arm = Arm("x", deep, knobs=("depth", "units"), budgets=Budget("macs", target=5))
        sized = arm.sized({"units": 32, "depth": 2})
        assert ("s", 3, 2, 32, "relu") == sized.build("s", 3)
        assert ((), (), "x") == (sized.knobs, sized.budgets, sized.name)

    def test_an_arm_without_sizes_is_what_it_was(self) -> None:
        """Its builder is left alone, and with it the arm's identity."""
        assert fixed is Arm("x", fixed).sized({}).build
        assert sizable is Arm("x", sizable).sized({}).build

    def test_sizes_are_part_of_what_the_arm_is(self) -> None:
        """Other sizes are another arm; the same are the same, however they were given."""
        arm = Arm("x", deep, knobs=("depth", "units"))
        one, same = arm.sized({"depth": 2, "units": 8}), arm.sized({"units": np.int64(8), "depth": 2})  # pyright: ignore[reportArgumentType]
        again = one.sized({})
        other = arm.sized({"depth": 2, "units": 9})
        assert identity(one, None) == identity(same, None) == identity(again, None)
        assert identity(one, None) != identity(other, None)

    def test_a_partial_is_sized_as_what_it_wraps(self) -> None:
        """A size that was given before is replaced."""
        sized = Arm("x", partial(sizable, width=3)).sized({"width": 5})
        assert ("s", 2, 5) == sized.build("s", 2)
        assert identity(Arm("x", sizable).sized({"width": 5}), None) == identity(sized, None)

    def test_sizes_that_do_not_fit_are_refused(self) -> None:
        """All of them at once."""
        with pytest.raises(StudyError) as caught:
            Arm("x", deep, knobs={"depth": range(1, 9), "units": range(8, 65, 8)}).sized(
                {"unit": 8, "units": 9}
            )
        assert caught.value.problems == (
            "arm 'x': 'unit' is none of its knobs; there are 'depth', 'units'. Did you mean 'units'?",
            "arm 'x': its knob 'units' does not take 9.",
            "arm 'x': its builder has no default for 'depth', which was given no size.",
        )

    def test_arms_can_be_copied(self) -> None:
        """Everything declared stays."""
        arm = Arm("x", sizable, budgets=(Budget("macs", target=5),))
        assert Arm("y", sizable, budgets=Budget("macs", target=5)) == replace(arm, name="y")


class TestStudy:
    def test_arms_that_can_be_resized_are_sized_like_the_reference(self, small_study: Study) -> None:
        """The reference and arms without knobs keep their sizes."""
        arms = (Arm("a", sizable), Arm("b", unsized), Arm("c", fixed))
        study = replace(small_study, arms=arms, contrasts=(), budget=Budget("macs", like="a"))
        assert (Budget("macs", like="a"),) == study.budget == study.budgets_of("b")
        assert ("a",) == study.references
        assert ["b"] == [arm.name for arm in study.resized]

    def test_an_arm_may_have_budgets_of_its_own(self, small_study: Study) -> None:
        """They are instead of the study's, which may be none."""
        own = Budget("flops", target=1_000)
        arms = (Arm("a", sizable, budgets=own), Arm("b", sizable), Arm("c", sizable, budgets=()))
        common = (Budget("macs", target=5), Budget("flops", target=9))
        study = replace(small_study, arms=arms, contrasts=(), budget=common)
        assert [(own,), common, ()] == [study.budgets_of(name) for name in "abc"]
        assert ["a", "b"] == [arm.name for arm in study.resized]

    def test_without_a_budget_defaults_are_kept(self, small_study: Study) -> None:
        """An arm that could be resized need not be."""
        assert () == replace(small_study, arms=(Arm("a", sizable), Arm("b", fixed)), contrasts=()).resized

    def test_a_quick_look_has_the_same_budget(self, small_study: Study) -> None:
        """Sizes are those of the study."""
        arms = (Arm("a", fixed), Arm("b", unsized))
        study = replace(small_study, arms=arms, contrasts=(), budget=Budget("macs", like="a"))
        assert study.budgets_of("b") == study.quick_look().budgets_of("b")

    @pytest.mark.parametrize(
        ("arms", "budget", "sentence"),
        [
            (
                (Arm("cnn", fixed), Arm("mlp", sizable)),
                Budget("macs", like="cnnn"),
                "budget: like names 'cnnn', which is not an arm; the arms are 'cnn', 'mlp'. Did you mean 'cnn'?",
            ),
            (
                (Arm("a", fixed), Arm("b", sizable, budgets=Budget("macs", like="c"))),
                (),
                "arm 'b': like names 'c', which is not an arm; the arms are 'a', 'b'.",
            ),
            (
                (Arm("a", fixed), Arm("b", sizable)),
                (Budget("macs", like="a"), Budget("macs", target=7)),
                "budget: 'macs' has 2 targets; it can have one.",
            ),
            (
                (Arm("a", sizable), Arm("b", fixed)),
                Budget("macs", like="a"),
                (
                    "budget: no arm besides 'a' can be resized; give a builder a parameter 'width', or name the parameters that size "
                    "it, as in Arm('dense', dense, knobs={'units': range(8, 513)})."
                ),
            ),
            (
                (Arm("a", unsized), Arm("b", sizable)),
                Budget("macs", like="a"),
                "arm 'a': a budget is like it, so it keeps its own size; give its builder a default for 'width'.",
            ),
            (
                (Arm("a", sizable, budgets=Budget("macs", target=5)), Arm("b", sizable)),
                Budget("macs", like="a"),
                "arm 'a': a budget is like it, so it cannot have one of its own.",
            ),
            (
                (Arm("a", fixed), Arm("x", unsized)),
                (),
                (
                    "arm 'x': its builder takes 'width' and has no default for it; give the study a budget, or the parameter a "
                    "default."
                ),
            ),
            (
                (Arm("a", sizable), Arm("x", unsized, budgets=())),
                Budget("macs", target=5),
                (
                    "arm 'x': its builder takes 'width' and has no default for it; give the study a budget, or the parameter a "
                    "default."
                ),
            ),
            (
                (Arm("a", sizable), Arm("b", sizable)),
                "macs",
                "budget: expected Budgets, got a str.",
            ),
            ((Arm("a", sizable), Arm("b", sizable)), None, "budget: expected Budgets, got a NoneType."),
        ],
    )
    def test_budgets_and_arms_that_contradict_each_other(
        self, small_study: Study, arms: tuple[Arm, ...], budget: Any, sentence: str
    ) -> None:
        """Each in a sentence of its own."""
        with pytest.raises(StudyError) as caught:
            replace(small_study, arms=arms, contrasts=(), budget=budget)
        assert sentence in caught.value.problems

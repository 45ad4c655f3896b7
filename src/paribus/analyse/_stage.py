"""By which rule a result is judged: how its seeds came to be as many as they are."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from paribus.records import Design


class Rule(StrEnum):
    """How verdicts are reached; `sentence` says so."""

    FIXED = "fixed"
    LOOKS = "planned looks"
    ANYTIME = "anytime-valid"

    @property
    def sentence(self) -> str:
        """What intervals and p values hold for."""
        return _SENTENCES[self]


_SENTENCES = {
    Rule.FIXED: "The number of seeds was fixed beforehand: Student's t, paired by seed.",
    Rule.LOOKS: "The looks were planned beforehand: intervals and p values hold for all of them together.",
    Rule.ANYTIME: "Intervals and p values hold however often one looks, and so are wider than Student's.",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Stage:
    """How far a study has come.

    Attributes:
        rule: How it is judged.
        seeds: Those that count for verdicts.
        design: What was planned before anything was trained.
        looks: At how many seeds it has been looked, of looks that were planned.
        interim: Whether planned runs have not ended yet.
    """

    rule: Rule
    seeds: tuple[int, ...]
    design: Design
    looks: tuple[int, ...] = ()
    interim: bool = False

    @property
    def information(self) -> tuple[float, ...]:
        """Seeds at each planned look, as parts of the most there can be."""
        return tuple(look / len(self.design.seeds) for look in self.design.looks)

    @property
    def no_look_left(self) -> bool:
        """Whether none is left, of looks that were planned."""
        return self.rule is not Rule.LOOKS or self.looks == self.design.looks


def stage(design: Design, seeds: Sequence[int], pending: Collection[int]) -> Stage:
    """Return how results of `seeds` are to be judged.

    Args:
        design: What was planned before anything was trained.
        seeds: Those that were asked for now, in order.
        pending: Those of which a planned run has not ended.
    """
    asked, interim = tuple(seeds), bool(pending)
    if design.looks and asked == design.seeds[: len(asked)]:
        done = next((place for place, seed in enumerate(asked) if seed in pending), len(asked))
        looks = tuple(look for look in design.looks if look <= done)
        if looks:
            return Stage(
                rule=Rule.LOOKS, seeds=asked[: looks[-1]], design=design, looks=looks, interim=interim
            )
    elif set(asked) == set(design.seeds) and not interim:
        return Stage(rule=Rule.FIXED, seeds=asked, design=design)
    return Stage(rule=Rule.ANYTIME, seeds=asked, design=design, interim=interim)

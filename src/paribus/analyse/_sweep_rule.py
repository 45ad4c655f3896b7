"""By which rule the cells of a sweep are judged: a number of seeds that was fixed for them, or any."""

import zlib
from collections.abc import Iterable

import numpy as np

from paribus.analyse._stage import Rule
from paribus.evidence import Read, anytime, anytime_reach, fixed, reach


def judged(rules: Iterable[Rule]) -> Rule:
    """Return the rule of what rests on cells with these: a sweep has no looks, so there are two."""
    return Rule.FIXED if all(rule is Rule.FIXED for rule in rules) else Rule.ANYTIME


def reader(rule: Rule) -> Read:
    """Return how differences are read by a rule."""
    return fixed if rule is Rule.FIXED else anytime


def radius(rule: Rule, seeds: int) -> float:
    """Return half the width of the 95 % interval of so many differences, in their standard deviations."""
    return reach(seeds) if rule is Rule.FIXED else anytime_reach(seeds)


def generator(*labels: str) -> np.random.Generator:
    """Return a generator that draws the same signs whenever the same is analysed."""
    return np.random.default_rng(zlib.crc32("\n".join(labels).encode()))

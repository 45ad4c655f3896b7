"""The statistics of a controlled comparison: arrays in, numbers out."""

from paribus.evidence._anytime import AnytimeT, anytime_t
from paribus.evidence._flips import sign_flip_p, smallest_sign_flip_p
from paribus.evidence._intervals import Interval, spread, t_interval
from paribus.evidence._looks import bounds, constant_shape_bounds, spending
from paribus.evidence._multiple import benjamini_hochberg, holm
from paribus.evidence._one_pair import McNemar, mcnemar
from paribus.evidence._paired import (
    EffectSize,
    PairedT,
    Pairing,
    effect_size,
    equivalence_p,
    paired_t,
    pairing,
)
from paribus.evidence._power import (
    detectable_effect,
    equivalence_power,
    power,
    seeds_for,
    seeds_for_equivalence,
)

__all__ = [
    "AnytimeT",
    "EffectSize",
    "Interval",
    "McNemar",
    "PairedT",
    "Pairing",
    "anytime_t",
    "benjamini_hochberg",
    "bounds",
    "constant_shape_bounds",
    "detectable_effect",
    "effect_size",
    "equivalence_p",
    "equivalence_power",
    "holm",
    "mcnemar",
    "paired_t",
    "pairing",
    "power",
    "seeds_for",
    "seeds_for_equivalence",
    "sign_flip_p",
    "smallest_sign_flip_p",
    "spending",
    "spread",
    "t_interval",
]

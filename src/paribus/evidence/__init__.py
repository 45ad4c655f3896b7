"""The statistics of a controlled comparison: arrays in, numbers out."""

from paribus.evidence._anytime import (
    AnytimeT,
    anytime_equivalence_p,
    anytime_reach,
    anytime_t,
    seeds_to_decide,
)
from paribus.evidence._flips import SignedRank, sign_flip_p, signed_rank, smallest_sign_flip_p
from paribus.evidence._intervals import Interval, reach, spread, t_interval
from paribus.evidence._inversion import Need, Span, crossings, need, not_excluded
from paribus.evidence._looks import bounds, constant_shape_bounds, nominal_levels, sequential_p, spending
from paribus.evidence._multiple import benjamini_hochberg, holm, max_t
from paribus.evidence._noninferiority import Harm, HarmTest, harm_test
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
from paribus.evidence._promise import FUTILE, promise
from paribus.evidence._readings import ALPHA, Read, Reading, Sample, anytime, at_looks, fixed
from paribus.evidence._rope import Rope, rope
from paribus.evidence._two_way import TwoWay, two_way
from paribus.evidence._verdict import Verdict, Word, verdicts

__all__ = [
    "ALPHA",
    "FUTILE",
    "AnytimeT",
    "EffectSize",
    "Harm",
    "HarmTest",
    "Interval",
    "McNemar",
    "Need",
    "PairedT",
    "Pairing",
    "Read",
    "Reading",
    "Rope",
    "Sample",
    "SignedRank",
    "Span",
    "TwoWay",
    "Verdict",
    "Word",
    "anytime",
    "anytime_equivalence_p",
    "anytime_reach",
    "anytime_t",
    "at_looks",
    "benjamini_hochberg",
    "bounds",
    "constant_shape_bounds",
    "crossings",
    "detectable_effect",
    "effect_size",
    "equivalence_p",
    "equivalence_power",
    "fixed",
    "harm_test",
    "holm",
    "max_t",
    "mcnemar",
    "need",
    "nominal_levels",
    "not_excluded",
    "paired_t",
    "pairing",
    "power",
    "promise",
    "reach",
    "rope",
    "seeds_for",
    "seeds_for_equivalence",
    "seeds_to_decide",
    "sequential_p",
    "sign_flip_p",
    "signed_rank",
    "smallest_sign_flip_p",
    "spending",
    "spread",
    "t_interval",
    "two_way",
    "verdicts",
]

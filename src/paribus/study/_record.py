"""A study as the store keeps it: all that can be read without Keras."""

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from paribus.records import ArmRecord, DatasetRecord, Finding, Match, ProbeRecord
from paribus.study._contrast import Contrast
from paribus.study._recipe import Recipe

Adjust: TypeAlias = Literal["holm", "max_t"]
"""How p values are adjusted for the number of contrasts."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StudyRecord:
    """What was declared, and what it was carried out on.

    `study_id` hashes all of it but the seeds, looks, adjustment, and probes that no contrast asks for: more seeds or probes are the same
    study, anything else is another one. `probes` are those that it declares, and those that were measured on its runs since. `engine` names what trains, with the versions that change numbers. `matches` say how far arms meet their budgets, `findings` what
    could be said against the comparison before it was trained.
    """

    study_id: str
    name: str
    question: str
    arms: tuple[ArmRecord, ...]
    dataset: DatasetRecord
    recipe: Recipe
    contrasts: tuple[Contrast, ...]
    engine: str
    quick: bool
    concedes: dict[str, str] = field(default_factory=dict[str, str])
    matches: tuple[Match, ...] = ()
    findings: tuple[Finding, ...] = ()
    adjust: Adjust = "holm"
    probes: tuple[ProbeRecord, ...] = ()

    @property
    def scores(self) -> tuple[str, ...]:
        """What a run is scored on: by the recipe, and by probes."""
        return (*self.recipe.scores, *(metric for probe in self.probes for metric in probe.metrics))

    @property
    def primary(self) -> str:
        """The metric that decides: that of the first contrast; empty without contrasts."""
        return self.contrasts[0].metric if self.contrasts else ""

"""A study as the store keeps it: all that can be read without Keras."""

from dataclasses import dataclass

from paribus.records import ArmRecord, DatasetRecord
from paribus.study._contrast import Contrast
from paribus.study._recipe import Recipe


@dataclass(frozen=True, kw_only=True, slots=True)
class StudyRecord:
    """What was declared, and what it was carried out on.

    `study_id` hashes all of it but the seeds: more seeds are the same study, anything else is another one. `engine`
    names what trains, with the versions that change numbers.
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

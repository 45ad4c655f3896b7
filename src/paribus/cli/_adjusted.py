"""The study that a command is about, changed as its options say."""

from dataclasses import replace
from typing import TYPE_CHECKING

from paribus.cli._options import parse_seeds

if TYPE_CHECKING:
    from paribus.study import BatchNorm, Study


def adjusted_study(
    reference: str,
    seeds: str | None,
    epochs: int | None,
    batchnorm: "BatchNorm | None",
    *,
    quick: bool = False,
) -> "Study":
    """Return the study of that name or file; None leaves it as it is declared. Other seeds than declared have no looks."""
    from paribus import studies

    study = studies.study(reference)
    if quick:
        study = study.quick_look()
    if epochs is not None:
        study = replace(study, recipe=replace(study.recipe, epochs=epochs))
    if batchnorm is not None:
        study = replace(study, recipe=replace(study.recipe, batchnorm=batchnorm))
    if (chosen := parse_seeds(seeds)) is not None:
        study = replace(study, seeds=chosen, looks=())
    return study

"""A certificate says what differs between two arms and what is equal, by number."""

from dataclasses import replace

from paribus import studies
from paribus.fairness import Certificate, Standing, certificates
from paribus.study import SHARED, Study, StudyRecord
from tests.conftest import MakeRun


def of(study: Study) -> dict[str, Certificate]:
    return {str(made.contrast): made for made in certificates(study.audit().study)}


def test_the_articles_study() -> None:
    """Pooling is declared; the receptive field follows from it; fewer parameters are conceded; everything else is equal."""
    made = of(studies.study("convolution"))["max pooling \N{MINUS SIGN} conv"]
    standings = {row.aspect: row.standing for row in made.rows}
    different = {aspect: standing for aspect, standing in standings.items() if standing is not Standing.EQUAL}
    assert {
        "parameters": Standing.CONCEDED,
        "flops": Standing.CONCEDED,
        "training_flops": Standing.CONCEDED,
        "activation_memory": Standing.ENTAILED,
        "receptive_field": Standing.ENTAILED,
        "pooling": Standing.DECLARED,
    } == different
    (sizes,) = [row for row in made.rows if row.aspect == "parameters"]
    assert ("220,426", "822,538", "-73.2 %") == (sizes.treatment, sizes.control, sizes.difference)


def test_division_by_255_is_foretold_and_raw_pixels_are_not() -> None:
    """Before training: the convolutional arms of the scaled study, and no arm of the article's."""
    raw, scaled = (
        {
            finding.about
            for finding in studies.study(name).audit().findings
            if finding.kind == "stale_normalization"
        }
        for name in ("convolution", "convolution-scaled")
    )
    assert set() == raw
    assert {"conv", "max pooling", "average pooling"} == scaled


def test_what_is_shared_is_read_from_the_runs(study_record: StudyRecord, make_run: MakeRun) -> None:
    """As planned before training; after it, batch orders, epochs and engines as they were."""
    (planned,) = certificates(study_record)
    shared = {row.aspect: row for row in planned.rows if row.aspect in SHARED}
    assert {"recipe", "data", "batch_order", "epochs", "engine"} == shared.keys()
    assert {Standing.EQUAL} == {row.standing for row in shared.values()}
    runs = [make_run(arm, seed) for arm in ("flat", "wide") for seed in (0, 1)]
    (carried_out,) = certificates(study_record, runs)
    assert {Standing.EQUAL} == {row.standing for row in carried_out.rows if row.aspect in SHARED}
    runs[0] = replace(runs[0], order_hash="another")
    (unequal,) = certificates(study_record, runs)
    differing = [row.aspect for row in unequal.rows if row.standing is Standing.DIFFERS]
    assert ["batch_order"] == [aspect for aspect in differing if aspect in SHARED]

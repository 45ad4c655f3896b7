"""Probes from a declared study to its result, and on runs that are stored already."""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# Keras ships no types.

import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest

from paribus import lab, probes
from paribus.errors import GateError, ProbeError
from paribus.executors import Inline, Processes
from paribus.identity import probe_record
from paribus.probes import ProbeData, TrainedModel
from paribus.progress import Quiet
from paribus.records import RunRecord
from paribus.report import markdown, probe_header, probe_rows
from paribus.study import Arm, Contrast, Study
from tests.conftest import untimed
from tests.test_lab import Recorder, run, told

SHIFT = probes.ShiftConsistency(pixels=1)
ASKED = Contrast("wide", "flat", metric="shift_consistency", margin=0.01)


@dataclass(frozen=True)
class Constant:
    """A probe of one's own."""

    value: float = 1.0
    name: str = "constant"
    metrics: tuple[str, ...] = ("constant",)

    unit: ClassVar[str] = ""
    rises: ClassVar[bool] = True
    needs_images: ClassVar[bool] = False
    version: ClassVar[int] = 1
    source: ClassVar[str] = "this test"

    def __call__(self, model: TrainedModel, data: ProbeData, rng: np.random.Generator) -> float:  # noqa: ARG002 -- as the protocol says
        return self.value


@pytest.fixture
def probed(small_study: Study) -> Study:
    return replace(small_study, probes=(SHIFT, Constant()), contrasts=(*small_study.contrasts, ASKED))


def measured(record: RunRecord) -> dict[str, float]:
    return {metric: value for outcome in record.probes for metric, value in outcome.values.items()}


def test_a_study_asks_about_what_its_probes_measure(probed: Study, tmp_path: Path) -> None:
    """A verdict on the probe's metric, numbers in tables and in the store, and nothing to train the second time."""
    result, _ = run(probed, tmp_path)
    assert {"wide − flat", "wide − flat (shift consistency)"} == set(result.verdicts)
    assert all({"shift_consistency", "constant"} == set(measured(record)) for record in result.records)
    header, rows = probe_header(result.analysis), probe_rows(result.analysis)
    assert ("metric", "flat", "wide") == header
    assert ["shift consistency, %", "constant"] == [row[0] for row in rows]
    assert ("1 ± 0", "1 ± 0") == rows[1][1:]
    for page in (str(result), markdown(result.material, [])):
        assert "shift consistency, %" in page
    again, recorder = run(probed, tmp_path)
    assert [] == recorder.trained
    assert told(result) == told(again)
    assert told(result) == told(lab.show("small", store=tmp_path / "paribus.db"))


def test_worker_processes_measure_the_same(probed: Study, tmp_path: Path) -> None:
    """A probe of one's own travels to them, and draws the same."""
    inline, _ = run(probed, tmp_path)
    spread = lab.run(probed, store=tmp_path / "other.db", executor=Processes(2), watcher=Quiet())
    assert told(inline) == told(spread)


def test_one_more_probe_without_weights_trains_again_to_the_same_numbers(
    small_study: Study, tmp_path: Path
) -> None:
    """It is the same study, says so before it begins, and no number of a run changes."""
    before, _ = run(small_study, tmp_path)
    after, recorder = run(replace(small_study, probes=(SHIFT,)), tmp_path)
    assert 4 == len(recorder.trained)
    assert recorder.schedule is not None
    sentence = "4 stored runs lack shift_consistency and keep no weights; trained again to measure it."
    assert (sentence,) == recorder.schedule.changes
    assert before.analysis.study.study_id == after.analysis.study.study_id
    assert list(map(untimed, before.records)) == list(map(untimed, after.records))


def test_what_has_been_measured_stays_shown(probed: Study, small_study: Study, tmp_path: Path) -> None:
    """A study that declares fewer probes keeps the numbers it has, and trains nothing for them."""
    more = replace(small_study, probes=(SHIFT,))
    run(more, tmp_path)
    fewer, recorder = run(small_study, tmp_path)
    assert [] == recorder.trained
    assert "shift_consistency" in fewer.analysis.arms[0].summaries


def test_another_option_is_another_probe(small_study: Study, tmp_path: Path) -> None:
    """Its numbers take the place of those of its name, which are kept for whoever asks for them again."""
    one, _ = run(replace(small_study, probes=(Constant(),)), tmp_path)
    other, recorder = run(replace(small_study, probes=(Constant(2.0),)), tmp_path)
    assert ([1.0, 2.0], 4) == (
        [each.analysis.arms[0].summaries["constant"].mean for each in (one, other)],
        len(recorder.trained),
    )
    back, recorder = run(replace(small_study, probes=(Constant(),)), tmp_path)
    assert ([], 1.0) == (recorder.trained, back.analysis.arms[0].summaries["constant"].mean)


def test_a_gate_judges_by_a_probe(small_study: Study, tmp_path: Path) -> None:
    """Against another arm, and against a file, which knows with which options it was measured."""
    store, file = tmp_path / "paribus.db", tmp_path / "baseline.json"
    study = replace(small_study, probes=(SHIFT,))
    options: Any = {"metric": "shift_consistency", "store": store}
    result = lab.gate(study, "wide", "flat", margin=0.5, **options)
    assert result.contrast.rises
    assert 2 == len(result.candidate_scores)
    lab.update_baseline(study, "flat", file, **options)
    lab.gate(study, "wide", file, margin=0.5, **options)
    other = replace(study, probes=(probes.ShiftConsistency(pixels=2),))
    with pytest.raises(GateError, match="measured by another probe"):
        lab.gate(other, "wide", file, margin=0.5, **options)


class Listener(Recorder):
    """Keeps what it was told in words, too."""

    def __init__(self) -> None:
        super().__init__()
        self.sentences: list[str] = []

    def looked(self, sentence: str) -> None:
        self.sentences.append(sentence)


@pytest.fixture
def kept(small_study: Study, tmp_path: Path) -> Study:
    """Return a study whose runs are stored with their weights."""
    study = replace(
        small_study, keep_weights=True, recipe=replace(small_study.recipe, batchnorm="recalibrate")
    )
    run(study, tmp_path)
    return study


def probe(study: Study, which: Any, folder: Path) -> tuple[lab.Result, list[str]]:
    listener = Listener()
    return lab.probe(study, which, store=folder / "paribus.db", watcher=listener), listener.sentences


class TestKeptWeights:
    @pytest.mark.parametrize("executor", [Inline(), Processes(2)], ids=["inline", "processes"])
    def test_one_more_probe_is_measured_and_nothing_is_trained(
        self, kept: Study, tmp_path: Path, executor: Any
    ) -> None:
        """The numbers are those that it measures right after training, to the bit."""
        more = replace(kept, probes=(SHIFT, probes.BrierScore(), Constant()))
        listener = Listener()
        later = lab.run(more, store=tmp_path / "paribus.db", watcher=listener, executor=executor)
        said = "Measuring shift_consistency, brier_score, constant on 4 stored runs, from their weights; nothing is trained for it."
        assert ([], [said]) == (listener.trained, listener.sentences)
        at_once = lab.run(more, store=tmp_path / "other.db", watcher=Quiet())
        assert list(map(measured, at_once.records)) == list(map(measured, later.records))

    def test_the_command_measures_what_the_study_does_not_declare(self, kept: Study, tmp_path: Path) -> None:
        """It is shown from then on, by whoever shows the study; measured twice, it is the same."""
        result, sentences = probe(kept, SHIFT, tmp_path)
        assert 1 == len(sentences)
        assert 2 == result.analysis.arms[0].summaries["shift_consistency"].n
        assert told(result) == told(lab.show("small", store=tmp_path / "paribus.db"))
        assert told(result) == told(probe(kept, SHIFT, tmp_path)[0])
        assert "shift consistency" in (result.files[0]).read_text()

    def test_a_quick_look_with_other_epochs_is_measured_as_it_was_run(
        self, small_study: Study, tmp_path: Path
    ) -> None:
        """Recipe, data and seeds are those of the store."""
        quick = replace(small_study.quick_look(), keep_weights=True)
        run(replace(quick, recipe=replace(quick.recipe, epochs=1)), tmp_path)
        result, _ = probe(small_study, SHIFT, tmp_path)
        assert (True, 1) == (result.analysis.study.quick, result.analysis.study.recipe.epochs)

    def test_an_arm_that_has_changed_is_named_and_left_alone(self, kept: Study, tmp_path: Path) -> None:
        """The other is measured, and the result says what is missing."""
        other = replace(kept, arms=(kept.arms[0], Arm("wide", kept.arms[0].build)))
        result, sentences = probe(other, SHIFT, tmp_path)
        assert "Arm 'wide' is not what it was when it was trained" in sentences[0]
        assert "on 2 stored runs" in sentences[1]
        assert [2, 0] == [arm.summaries["shift_consistency"].n for arm in result.analysis.arms]
        assert (
            "wide, seeds 0, 1: no shift consistency. Nobody has measured it on these runs."
            in result.analysis.caveats
        )

    def test_a_damaged_file_is_told_and_trained_again(self, kept: Study, tmp_path: Path) -> None:
        """By the command it is left out; a run of a study that declares the probe trains that one run, and keeps it anew."""
        first = min((tmp_path / "paribus-weights").iterdir())
        first.write_bytes(first.read_bytes()[:-1] + b"?")
        _, sentences = probe(kept, SHIFT, tmp_path)
        assert "the file is damaged" in sentences[-1]
        _, recorder = run(replace(kept, probes=(SHIFT,)), tmp_path)
        assert 1 == len(recorder.trained)
        assert 1 == len(probe(kept, probes.Equivariance(pixels=1), tmp_path)[1])

    def test_what_cannot_be_measured_is_refused(
        self, small_study: Study, kept: Study, tmp_path: Path
    ) -> None:
        """No weights, other data, another probe of that name."""
        with pytest.raises(ProbeError, match="with other data"):
            probe(
                replace(kept, dataset=kept.dataset.thinned(train=100, validation=20, test=20)),
                SHIFT,
                tmp_path,
            )
        declared = replace(kept, probes=(probes.ShiftConsistency(pixels=2),))
        with pytest.raises(ProbeError, match="name=shift_consistency_2"):
            probe(declared, SHIFT, tmp_path)
        folder = tmp_path / "without"
        folder.mkdir()
        run(small_study, folder)
        with pytest.raises(ProbeError, match=r"4 of 4 runs have no weights(?s:.)*keep_weights=True"):
            probe(small_study, SHIFT, folder)

    def test_the_store_says_how_much_space_they_take(self, kept: Study, tmp_path: Path) -> None:
        """As much as the files; other studies on the same runs share them."""
        run(replace(kept, name="other"), tmp_path)
        files = list((tmp_path / "paribus-weights").iterdir())
        size = sum(file.stat().st_size for file in files)
        listings = lab.listings(store=tmp_path / "paribus.db")
        assert [(4, size), (4, size)] == [(each.weighed, each.weights_bytes) for each in listings]
        told = lab.kept_weights(listings[0].record, store=tmp_path / "paribus.db")
        assert (4, size, tmp_path / "paribus-weights") == (told.runs, told.size, told.folder)

    def test_files_are_plain_arrays(self, kept: Study, tmp_path: Path) -> None:  # noqa: ARG002 -- it has made them
        """NumPy reads them without pickle; they are the arm's weights, all of them."""
        sizes: set[int] = set()
        for file in (tmp_path / "paribus-weights").iterdir():
            with np.load(file, allow_pickle=False) as arrays:
                sizes.add(sum(arrays[name].size for name in arrays.files))
        assert {148, 332} == sizes


class TestIdentity:
    def test_options_and_versions_tell_probes_apart(self) -> None:
        """The same twice is one; another option, name, class or version is another."""

        class Newer(Constant):
            version: ClassVar[int] = 2

        several = [
            SHIFT,
            probes.ShiftConsistency(),
            probes.ShiftConsistency(name="other"),
            probes.RotationConsistency(),
            Constant(),
            Constant(2.0),
            Newer(),
        ]
        assert len(several) == len({probe_record(each).identity for each in several})
        assert probe_record(SHIFT) == probe_record(probes.ShiftConsistency(pixels=1))

    def test_it_is_the_same_in_every_process(self, tmp_path: Path) -> None:
        """Of a built-in probe and of one from a file."""
        (tmp_path / "own.py").write_text(OWN)
        code = (
            "import own; from paribus.identity import probe_record; print(probe_record(own.Own()).identity)"
        )
        seen = {
            subprocess.run(
                [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
            ).stdout
            for _ in range(2)
        }
        assert 1 == len(seen)


OWN = """
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Own:
    name: str = "own"
    metrics: tuple = ("own",)
    unit: ClassVar[str] = ""
    rises: ClassVar[bool] = True
    needs_images: ClassVar[bool] = False
    version: ClassVar[int] = 1
    source: ClassVar[str] = "here"

    def __call__(self, model, data, rng):
        return 1.0
"""

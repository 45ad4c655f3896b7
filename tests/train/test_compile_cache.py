"""A kept executable is loaded by the next process, silently, and computes the same bits."""

import os
import subprocess
import sys
from pathlib import Path

TRAIN = """
from dataclasses import replace
from paribus import studies
from paribus.records import RunSpec
from paribus.train import Assignment, Trainer
study = studies.study("convolution")
study = replace(
    study,
    dataset=study.dataset.thinned(train=256, validation=128, test=128),
    recipe=replace(study.recipe, epochs=2),
)
record = Trainer(study)(Assignment(RunSpec(run_id="r", arm="conv", arm_identity="c", seed=0)), lambda _: None)
print([epoch.loss.hex() for epoch in record.epochs], record.test.loss.hex(), record.test.correct_bits.hex())
"""


def trained(home: Path, **environment: str) -> str:
    """Return what a new process prints of a run; nothing may be said on standard error."""
    chosen = {"XDG_CACHE_HOME": str(home), "PARIBUS_COMPILE_CACHE": "1"} | environment
    answer = subprocess.run(
        [sys.executable, "-c", TRAIN], env=os.environ | chosen, capture_output=True, text=True, check=True
    )
    assert "" == answer.stderr
    return answer.stdout


def kept(home: Path) -> dict[str, int]:
    """Return the executables in the cache, and when each was written."""
    return {file.name: file.stat().st_mtime_ns for file in home.glob("paribus/xla-*/*-cache")}


def test_a_kept_executable_gives_the_same_bits(tmp_path: Path) -> None:
    """The second process writes none of them again, and its numbers are those of the first and of one without the cache."""
    first = trained(tmp_path)
    written = kept(tmp_path)
    assert written
    assert first == trained(tmp_path)
    assert written.items() <= kept(tmp_path).items()  # one that took just too short before may be new
    assert first == trained(tmp_path / "other", PARIBUS_COMPILE_CACHE="0")
    assert {} == kept(tmp_path / "other")


def test_a_cache_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    """A file where the folder would be: trained all the same."""
    (tmp_path / "paribus").write_text("")
    assert trained(tmp_path)

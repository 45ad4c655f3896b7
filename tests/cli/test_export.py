"""`paribus export` as a user meets it."""

import subprocess
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from paribus.plan import plan
from paribus.store import Store
from paribus.study import StudyRecord
from tests.cli.conftest import PARIBUS
from tests.conftest import make_run_record


@pytest.fixture
def stored(study_record: StudyRecord, tmp_path: Path) -> Path:
    """Return a folder with a store of two runs, and of a study of which none has ended."""
    specs = plan(study_record, (0,))
    later = replace(
        study_record, name="later", study_id="ba9876543210", arms=study_record.arms[:1], contrasts=()
    )
    with Store.write(tmp_path / "paribus.db") as store:
        store.add_study(later, [replace(spec, run_id="none") for spec in plan(later, (0,))])
        store.add_study(study_record, specs)
        for spec in specs:
            store.add(replace(make_run_record(spec.arm, spec.seed), spec=spec))
    return tmp_path


def paribus(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*PARIBUS, *words], cwd=folder, capture_output=True, text=True, check=False)


def test_a_study_from_store_to_file(stored: Path) -> None:
    """It says what it wrote, and it is there."""
    done = paribus(stored, "export", "small", "--to", "csv", "-o", "scores.csv")
    assert (0, "scores.csv: runs (2 rows).\n", "") == (done.returncode, done.stdout, done.stderr)
    assert ["flat", "wide"] == pd.read_csv(stored / "scores.csv")["arm"].tolist()


def test_the_study_run_last_by_default(stored: Path) -> None:
    """With the command that looks at it."""
    done = paribus(stored, "export", "--to", "tensorboard")
    assert (0, "small-tensorboard: 2 runs that have ended.\n  tensorboard --logdir small-tensorboard\n") == (
        done.returncode,
        done.stdout,
    )


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("later", "--to", "json"), "ExportError: no run of study 'later' has ended"),
        (("smal", "--to", "json"), "StoreError: no study 'smal' in paribus.db"),
        (("small", "--to", "json", "--table", "runs"), "ExportError: 'json' is written whole"),
        (("small", "--to", "csv", "-o", "."), "ExportError: . is the folder you are in"),
    ],
)
def test_what_is_to_be_mended_is_said(stored: Path, words: tuple[str, ...], sentence: str) -> None:
    """In a sentence, with exit code 2."""
    done = paribus(stored, "export", *words)
    assert (2, "", True) == (done.returncode, done.stdout, done.stderr.startswith(sentence))


def test_help_teaches(stored: Path) -> None:
    """What there is, and examples."""
    told = " ".join(paribus(stored, "export", "--help").stdout.split())
    for words in ("paribus export convolution --to csv", "never 0", "MLFLOW_TRACKING_URI", "--table"):
        assert words in told

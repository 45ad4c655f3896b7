"""`paribus report` and `paribus figure`: files from a store."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import PARIBUS
from tests.report.simulated import Plan, simulated, stored

Program = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return stored(simulated(Plan(seeds=3)), tmp_path_factory.mktemp("store") / "paribus.db")


@pytest.fixture
def paribus(tmp_path: Path, store: Path) -> Program:
    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [*PARIBUS, *words, "--store", str(store)]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    return run


def test_a_report_is_one_file(paribus: Program, tmp_path: Path) -> None:
    """Named after the study, unless it is told; its size is said, and no folder comes with it."""
    told = paribus("report")
    assert 0 == told.returncode, told.stderr
    assert told.stdout.startswith("simulated.html: 1.")
    assert "open it in a browser" in told.stdout
    assert ["simulated.html"] == [file.name for file in tmp_path.iterdir()]
    assert (tmp_path / "simulated.html").stat().st_size < 2_000_000


def test_a_report_as_markdown_has_its_figures_beside_it(paribus: Program, tmp_path: Path) -> None:
    """And of the images, those that the store keeps."""
    told = paribus("report", "simulated", "-o", "out/study.md")
    assert "out/study.md\n" == told.stdout
    assert {"differences.png", "examples.png"} <= {
        file.name for file in (tmp_path / "out" / "study-figures").iterdir()
    }


@pytest.mark.parametrize(("ending", "start"), [("png", b"\x89PNG"), ("svg", b"<?xml"), ("PDF", b"%PDF")])
def test_a_figure_in_every_format(paribus: Program, tmp_path: Path, ending: str, start: bytes) -> None:
    """Its ending decides; the folder is made."""
    told = paribus("figure", "simulated", "scores", "-o", f"paper/scores.{ending}")
    assert 0 == told.returncode, told.stderr
    assert f"paper/scores.{ending}\n" == told.stdout
    assert (tmp_path / "paper" / f"scores.{ending}").read_bytes().startswith(start)


def test_without_a_name_figures_are_listed(paribus: Program) -> None:
    """Those that the study has."""
    told = paribus("figure").stdout
    for name in ("differences", "scores", "curves", "costs", "classes", "examples"):
        assert f"\n {name} " in told
    assert "\n looks " not in told


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("figure", "simulated", "curvs"), "there is no figure 'curvs'"),
        (("figure", "simulated", "looks"), "nothing to see in 'looks': the study has no planned looks"),
        (
            ("figure", "simulated", "curves", "-o", "x.txt"),
            "x.txt has no ending that can be drawn; there are",
        ),
        (("figure", "curves"), "no study 'curves'"),
        (("report", "-o", "x.txt"), "x.txt ends neither in .html nor in .md"),
        (("report", "other"), "no study 'other'"),
    ],
)
def test_what_cannot_be_done_is_said(
    paribus: Program, tmp_path: Path, words: tuple[str, ...], sentence: str
) -> None:
    """In a sentence, with exit code 2, and nothing is written."""
    told = paribus(*words)
    assert 2 == told.returncode
    assert sentence in told.stderr
    assert "Traceback" not in told.stderr
    assert not list(tmp_path.iterdir())

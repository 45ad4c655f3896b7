"""A study is found by name or file, or the way to it is named."""

from pathlib import Path

import pytest

from paribus import studies
from paribus.errors import ParibusError, StudyError


def test_built_in_studies_enter_by_the_door_of_all() -> None:
    """They are entry points, as third parties' are."""
    assert {"convolution", "convolution-scaled"} <= set(studies.names())


def test_the_scaled_study_differs_in_pixels_alone() -> None:
    """Same recipe, contrasts and seeds."""
    raw, scaled = studies.study("convolution"), studies.study("convolution-scaled")
    assert (raw.recipe, raw.contrasts, raw.seeds) == (scaled.recipe, scaled.contrasts, scaled.seeds)
    assert ("raw", "unit") == (raw.dataset.pixels, scaled.dataset.pixels)


def test_a_files_study_is_named_after_the_file(small_study_file: Path) -> None:
    """`my_study.py` holds the study my_study."""
    assert "my_study" == studies.study(str(small_study_file)).name
    assert "my_study-study" == studies.study(f"{small_study_file}:study").name


def test_an_unknown_name_gets_the_nearest() -> None:
    """A slip of the pen is recognised."""
    with pytest.raises(StudyError, match="Did you mean 'convolution'"):
        studies.study("convolutoin")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("x = 1", "holds 0 studies"),
        ("import nonsense", r"line 1, cannot be imported: ModuleNotFoundError"),
        ("def f(:", r"line 1, cannot be imported: SyntaxError"),
        ("\n\n1 / 0", "line 3, cannot be imported: ZeroDivisionError"),
        ("study = 7", "is a int, not a paribus.Study"),
        ("import paribus\nparibus.Recipe(epochs=0)", "epochs is 0"),
    ],
)
def test_a_file_without_a_study_is_a_sentence(tmp_path: Path, content: str, sentence: str) -> None:
    """What is wrong, and on which line."""
    file = tmp_path / "broken.py"
    file.write_text(content)
    with pytest.raises(ParibusError, match=sentence):
        studies.study(str(file))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """No file, one sentence."""
    with pytest.raises(StudyError, match=r"nowhere\.py does not exist"):
        studies.study(str(tmp_path / "nowhere.py"))


def test_several_studies_in_a_file_are_offered(small_study_file: Path) -> None:
    """Without `study`, one must be chosen."""
    source = small_study_file.read_text().replace("study = pb", "one = two = pb")
    small_study_file.write_text(source)
    with pytest.raises(StudyError, match=r"holds 2 studies \('one', 'two'\); say which"):
        studies.study(str(small_study_file))
    with pytest.raises(StudyError, match="has no 'three'; its studies are 'one', 'two'"):
        studies.study(f"{small_study_file}:three")
    assert "my_study-two" == studies.study(f"{small_study_file}:two").name


@pytest.mark.parametrize(
    "content", ["import sys\nsys.exit(0)", "def study():\n    raise SystemExit", "def study(x):\n    pass"]
)
def test_a_file_that_ends_the_program_is_a_sentence(tmp_path: Path, content: str) -> None:
    """Nothing in a study file ends paribus silently."""
    file = tmp_path / "exits.py"
    file.write_text(content)
    with pytest.raises(StudyError, match=r"SystemExit|TypeError"):
        studies.study(str(file))

"""Names of files are safe on any system, and no two the same."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from paribus.export._names import safe_name, safe_names
from tests.export.hostile import ALIKE, HOSTILE

DEVICES = {"con", "prn", "aux", "nul", "com1", "lpt9"}


def is_safe(name: str) -> bool:
    """Whether it is a plain name on Linux, macOS and Windows, also with an ending of fifty characters."""
    return (
        0 < len(name.encode()) <= 200
        and not set(name) & set('/\\:*?"<>|')
        and name.isprintable()
        and name == name.strip(" .")
        and not name.startswith("-")
        and name.partition(".")[0].lower() not in DEVICES
    )


def distinct(names: dict[str, str]) -> bool:
    """Whether no two are the same where neither case nor forms of letters count."""
    return len(names) == len({unicodedata.normalize("NFC", name.casefold()) for name in names.values()})


def test_plain_names_stay_as_they_are() -> None:
    """Letters of any script, digits, blanks and common signs."""
    plain = ["dense", "max pooling", "conv, 100k parameters", "Größe (2)", "卷积", "a-b_c.d+e=f"]
    assert plain == list(safe_names(plain).values())


def test_hostile_names_become_safe_and_stay_apart() -> None:
    """A hundred of them at once."""
    names = safe_names(HOSTILE)
    assert [] == [name for name in names.values() if not is_safe(name)]
    assert distinct(names)


def test_names_that_would_be_taken_for_one_another_stay_apart() -> None:
    """By case, by form, or after they were made safe."""
    assert distinct(safe_names(ALIKE))


def test_a_name_that_looks_like_one_made_safe_is_told_from_it() -> None:
    """Who names an arm as another one's folder does not get it."""
    taken = safe_name("a/b")
    assert distinct(safe_names(["a/b", taken, taken.upper()]))


def test_a_name_does_not_depend_on_the_others_unless_it_is_like_them() -> None:
    """So that folders stay where they are."""
    assert safe_name("../x") == safe_names(["../x", "y"])["../x"]


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), unique=True))
def test_any_names_become_safe_and_stay_apart(names: list[str]) -> None:
    """Whatever can be written as UTF-8."""
    made = safe_names(names)
    assert [] == [name for name in made.values() if not is_safe(name)]
    assert distinct(made)

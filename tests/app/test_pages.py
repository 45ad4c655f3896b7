"""Pages say what the store holds, and only read it."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from markupsafe import escape
from starlette.testclient import TestClient

from paribus.study import Contrast, StudyRecord
from tests.app.conftest import Stored

PARTS = ("progress", "curves", "result", "figures")


def test_without_a_store_the_list_says_how_one_is_made(client: TestClient, place: Path) -> None:
    """It is no error, and no store is made by looking."""
    assert "paribus run convolution --quick" in client.get("/").text
    assert not place.exists()


def test_studies_are_listed(client: TestClient, stored: Stored) -> None:
    """With their question, how far they are, and a way to each."""
    study = stored(runs=(("flat", 0),))
    listed = client.get("/").text
    assert f'href="/study/{study.study_id}"' in listed
    assert study.question in listed
    assert "1 of 4 runs" in listed
    assert "not complete" in listed


def test_a_study_is_told_from_its_question_to_its_scores(client: TestClient, stored: Stored) -> None:
    """Verdicts stand before figures and curves."""
    told = client.get(f"/study/{stored().study_id}").text
    places = [
        told.index(words)
        for words in (
            "Does a hidden layer help?",
            "All 4 runs have ended",
            "Conclusions",
            "Learning curves",
            "Paired differences",
            "Final scores",
        )
    ]
    assert sorted(places) == places
    assert "90.00%" in told


@pytest.mark.parametrize("part", PARTS)
def test_what_the_page_shows_is_not_sent_again(client: TestClient, stored: Stored, part: str) -> None:
    """A part is sent with what it shows; asked again with that, nothing comes until something has changed."""
    study = stored(runs=(("flat", 0), ("wide", 0)))
    address = f"/study/{study.study_id}/{part}"
    first = client.get(address)
    assert 200 == first.status_code
    seen = first.text.split("?seen=")[1].split('"')[0]
    assert 204 == client.get(f"{address}?seen={seen}").status_code
    stored(runs=(("flat", 1),))
    assert 200 == client.get(f"{address}?seen={seen}").status_code


def test_a_failed_run_is_shown_with_its_reason(client: TestClient, stored: Stored) -> None:
    """In the grid and in words."""
    study = stored(failed=("wide", 1))
    told = client.get(f"/study/{study.study_id}").text
    assert "1 failed" in told
    assert "The loss was nan." in told


def test_the_report_is_the_file_that_paribus_report_writes(client: TestClient, stored: Stored) -> None:
    """It carries its own policy, and can be saved."""
    address = f"/study/{stored().study_id}/report"
    shown = client.get(address)
    assert "frame-ancestors 'none'" == shown.headers["content-security-policy"]
    assert 'http-equiv="Content-Security-Policy"' in shown.text
    assert "attachment" in client.get(f"{address}?download").headers["content-disposition"]


def test_results_are_had_as_json(client: TestClient, stored: Stored) -> None:
    """As `paribus show --json` prints them; what is undefined is null."""
    study = stored()
    answer = client.get(f"/study/{study.study_id}.json")
    assert "small" == answer.json()["analysis"]["study"]["name"]
    assert 4 == len(answer.json()["runs"])
    json.loads(answer.text, parse_constant=pytest.fail)


def test_two_studies_stand_side_by_side(
    client: TestClient, stored: Stored, study_record: StudyRecord
) -> None:
    """What differs between them is named, and that no verdict holds across them."""
    stored()
    recipe = replace(study_record.recipe, epochs=5)
    other = stored(replace(study_record, study_id="ffffffffffff", name="longer", recipe=recipe))
    told = client.get(f"/compare?a={study_record.study_id}&b={other.study_id}").text
    assert "what differs between them is not held equal" in told
    row = told[told.index("epochs</th>") :]
    assert row.index(">2<") < row.index(">5<")
    assert "batch size</th>" not in told


def test_one_study_is_nothing_to_compare(client: TestClient, stored: Stored) -> None:
    """And none is neither; both are said."""
    assert "there is no store" in client.get("/compare").text
    stored()
    assert "Comparing takes two studies" in client.get("/compare").text


def test_a_study_that_is_not_there_is_a_sentence(client: TestClient, stored: Stored) -> None:
    """It names those there are, on a page that leads back."""
    stored()
    answer = client.get("/study/nothing")
    assert 404 == answer.status_code
    assert "it holds &#39;small&#39;" in answer.text
    assert 404 == client.get("/nowhere").status_code
    assert 404 == client.get("/assets/secret").status_code
    assert 404 == client.get("/assets/..%2f__init__.py").status_code


def test_looking_changes_nothing(client: TestClient, stored: Stored, place: Path) -> None:
    """The store's bytes are the same after every page was seen."""
    study = stored()
    before = place.read_bytes()
    for address in (
        "/",
        "/compare",
        "/geometry",
        f"/study/{study.study_id}",
        *(f"/study/{study.study_id}/{part}" for part in PARTS),
    ):
        assert 200 == client.get(address).status_code
    assert before == place.read_bytes()
    assert [place] == list(place.parent.iterdir())


HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</script><b>",
    "<b>{{ 7*7 }}</b>",
    "<' hx-get=/ '",
    "<!--",
)


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_stay_words(
    client: TestClient, stored: Stored, study_record: StudyRecord, words: str
) -> None:
    """Names, questions and settings appear escaped, on every page."""
    arms = tuple(replace(arm, name=f"{arm.name}{words}") for arm in study_record.arms)
    contrast = Contrast(f"wide{words}", f"flat{words}", margin=0.01)
    named = {"name": words, "question": words, "engine": words, "arms": arms, "contrasts": (contrast,)}
    study = stored(replace(study_record, **named), runs=())
    stored(replace(study_record, study_id="ffffffffffff"))
    for address in (
        "/",
        f"/study/{study.study_id}",
        f"/compare?a={study.study_id}",
        f"/geometry?kind0={words}&input={words}",
    ):
        told = client.get(address).text
        assert words not in told, address
        assert escape(words)[:4] in told, address
    assert words not in client.get(f"/study/{words}").text

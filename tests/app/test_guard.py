"""Who may ask, and what every answer carries."""

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from paribus.app import is_loopback, make_app
from paribus.app._guard import known_hosts


def over(place: Path, **settings: object) -> TestClient:
    return TestClient(make_app(place, **settings), base_url="http://127.0.0.1:8471")  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize("host", ["127.0.0.1:8471", "localhost", "[::1]:8471", "LOCALHOST:1"])
def test_this_machines_names_are_answered(place: Path, host: str) -> None:
    """Whatever the port."""
    assert 200 == over(place).get("/geometry", headers={"host": host}).status_code


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "10.0.0.7:8471", "", "[::2]"])
def test_other_names_are_refused(place: Path, host: str) -> None:
    """A page elsewhere whose name is made to point here gets nothing."""
    answer = over(place).get("/", headers={"host": host})
    assert 421 == answer.status_code
    assert "--allow-host" in answer.text


def test_bound_to_all_addresses_any_number_is_answered_and_no_name(place: Path) -> None:
    """A name that points here may be somebody else's; a number cannot."""
    pages = over(place, hosts=("*",))
    assert 200 == pages.get("/", headers={"host": "10.0.0.7:8471"}).status_code
    assert 421 == pages.get("/", headers={"host": "evil.example"}).status_code


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_nothing_is_changed(place: Path, method: str) -> None:
    """Every method but reading is refused, wherever it goes."""
    assert 405 == over(place).request(method, "/").status_code


def test_every_answer_carries_a_strict_policy(place: Path) -> None:
    """Pages, refusals, files and what is missing alike: nothing from elsewhere, nothing inline, no frames."""
    pages = over(place)
    for path in ("/", "/geometry", "/assets/app.css", "/nowhere"):
        policy = pages.get(path).headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy


def test_a_token_is_asked_for_once(place: Path) -> None:
    """Then a cookie stands for it, and the address bar does not show it."""
    pages = over(place, token="secret")  # noqa: S106
    assert 403 == pages.get("/").status_code
    assert 403 == pages.get("/?token=wrong").status_code
    opened = pages.get("/geometry?token=secret&axes=1", follow_redirects=False)
    assert 303 == opened.status_code
    assert "/geometry?axes=1" == opened.headers["location"]
    cookie = opened.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert 200 == pages.get("/geometry").status_code


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),  # noqa: S104
        ("box", False),
    ],
)
def test_what_only_this_machine_reaches_is_known(host: str, expected: bool) -> None:  # noqa: FBT001
    """A name other than localhost may be anything."""
    assert expected == is_loopback(host)
    assert "localhost" in known_hosts(host)

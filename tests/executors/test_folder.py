"""What workers share does not outlive its owner."""

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from paribus.executors._folder import shared_folder

KILLED_OWNER = """
import os, signal
from paribus.executors._folder import shared_folder
with shared_folder() as folder:
    print(folder, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return tmp_path


def test_a_killed_owners_folder_is_removed_by_the_next_one(place: Path) -> None:
    """And its own at its end."""
    killed = subprocess.run([sys.executable, "-c", KILLED_OWNER], capture_output=True, text=True, check=False)
    (abandoned,) = place.iterdir()
    assert str(abandoned) == killed.stdout.strip()
    with shared_folder() as folder:
        assert [folder] == list(place.iterdir())
    assert [] == list(place.iterdir())


def test_a_folder_in_use_is_left_alone(place: Path) -> None:
    """However many there are."""
    with shared_folder() as one, shared_folder() as other:
        assert {one, other} == set(place.iterdir())

"""Where what a study writes lies, beside the store."""

import re
from pathlib import Path

from paribus.progress import BulletinFile
from paribus.study import StudyRecord

DEFAULT_STORE = "paribus.db"
_LONGEST_FOLDER_NAME = 80


def results_directory(store: str | Path, study: StudyRecord) -> Path:
    """Return where the study's summary and figures go: beside a store that is a file, else in the working folder."""
    place = str(store)
    base = Path("paribus-results") if "://" in place else Path(place).with_name(f"{Path(place).stem}-results")
    readable = re.sub(r"[^\w.-]+", "-", study.name).strip(".-")[:_LONGEST_FOLDER_NAME]
    return base / f"{readable}{'-quick' if study.quick else ''}-{study.study_id[:6]}"


def bulletins(store: str | Path, study: StudyRecord) -> BulletinFile:
    """Return where the study's progress is told."""
    return BulletinFile(results_directory(store, study) / "progress.json")

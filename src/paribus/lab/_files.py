"""Summary, figures and progress beside the store."""

import importlib.metadata
import re
from dataclasses import replace
from pathlib import Path

import msgspec

from paribus.errors import StoreError
from paribus.lab._results import Result
from paribus.progress import BulletinFile
from paribus.report import figure_paths, markdown, save_figures
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


def with_files(result: Result, directory: Path) -> Result:
    """Write summary and figures, unless those that are there say the same."""
    version = importlib.metadata.version("paribus")
    stamp = msgspec.json.encode({"paribus": version, "analysis": result.analysis})
    stamp_file, summary = directory / "summary.json", directory / "summary.md"
    figures = figure_paths(result.analysis.study, directory)
    files = (summary, *figures)
    try:
        current = stamp_file.read_bytes() == stamp and all(file.exists() for file in files)
    except OSError:
        current = False
    if not current:
        try:
            directory.mkdir(parents=True, exist_ok=True)
            save_figures(result.analysis, result.records, directory)
            summary.write_text(markdown(result.analysis, figures), encoding="utf-8")
            stamp_file.write_bytes(stamp)
        except OSError as error:
            raise StoreError(
                f"summary and figures could not be written to {directory}: {error.strerror or error}. "
                "All runs are stored; give the same command again when there is room."
            ) from error
    return replace(result, files=files)

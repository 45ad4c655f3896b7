"""Summary and figures beside the store."""

import importlib.metadata
from dataclasses import replace
from pathlib import Path

import msgspec

from paribus.errors import StoreError
from paribus.lab._results import Result
from paribus.report import figure_paths, markdown, save_figures


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
            save_figures(result.material, directory)
            named = [figure.relative_to(directory) for figure in figures if figure.suffix == ".png"]
            summary.write_text(markdown(result.material, named), encoding="utf-8")
            stamp_file.write_bytes(stamp)
        except OSError as error:
            raise StoreError(
                f"summary and figures could not be written to {directory}: {error.strerror or error}. "
                "All runs are stored; give the same command again when there is room."
            ) from error
    return replace(result, files=files)

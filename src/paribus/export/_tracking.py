"""Where MLflow keeps runs, and the way to it."""

import logging
import os
import re
import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from paribus.errors import ExportError
from paribus.export._need import needed

if TYPE_CHECKING:
    from mlflow import MlflowClient

_ENVIRONMENT = "MLFLOW_TRACKING_URI"
_MANAGED = frozenset(["databricks", "databricks-uc", "uc"])
"""URIs that look like names of folders."""
_DATABASES = frozenset([".db", ".sqlite", ".sqlite3"])
_DEFAULT = "mlflow.db"
_SQLITE = "sqlite:///"
_ARTIFACTS = "mlartifacts"
_PASSWORD = re.compile(r"(://[^/@:]*:)[^@]*@")
_OF_MLFLOW = frozenset(["alembic_version", "experiments", "runs"])
"""Tables that its databases have."""
_QUIETER = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "2",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
}
"""What holds unless the environment says otherwise: nobody is told that it is used, who does not answer is not waited for minutes, and
no address is printed for every run."""


class Tracking(NamedTuple):
    """Where runs go.

    Attributes:
        uri: As MLflow takes it.
        file: The SQLite file, if it is one.
        experiment: Name of the experiment.
        artifacts: Where its files go; None if MLflow knows.
    """

    uri: str
    file: Path | None
    experiment: str
    artifacts: str | None

    @property
    def shown(self) -> str:
        """The URI without a password."""
        return _without_password(self.uri)


def tracking(output: str | None, experiment: str) -> Tracking:
    """Return where runs go.

    Args:
        output: A URI as MLflow takes it, a SQLite file or the folder of one; by default what MLFLOW_TRACKING_URI says, or `mlflow.db` in
            the working folder, which is MLflow's default, too.
        experiment: Name of the experiment.
    """
    named = output or os.environ.get(_ENVIRONMENT) or _DEFAULT
    if named.startswith(_SQLITE):
        return _database(Path(named.removeprefix(_SQLITE)), experiment)
    as_it_is = not output and bool(os.environ.get(_ENVIRONMENT))
    if "://" in named or named in _MANAGED or as_it_is:
        return Tracking(named, None, experiment, None)
    place = Path(named)
    return _database(place if place.suffix in _DATABASES else place / _DEFAULT, experiment)


def _database(file: Path, experiment: str) -> Tracking:
    """Return a SQLite file as MLflow takes it, with what runs are attached beside it."""
    place = file.absolute()
    artifacts = place.parent / _ARTIFACTS / experiment
    return Tracking(f"{_SQLITE}{place.as_posix()}", place, experiment, artifacts.as_uri())


@contextmanager
def connected(to: Tracking) -> "Generator[MlflowClient]":
    """Yield a client of MLflow.

    Raises:
        ExportError: It is not installed, cannot be reached, or refuses what it is told.
    """
    with _environment():
        needed("mlflow", extra="mlflow")
        if to.file is not None:
            needed("alembic", extra="mlflow")
            _check_file(to.file)
        from mlflow import MlflowClient
        from mlflow.exceptions import MlflowException

        logger = logging.getLogger("mlflow")
        level = logger.level
        logger.setLevel(logging.WARNING)
        try:
            yield MlflowClient(to.uri)
        except (MlflowException, OSError) as error:
            raise ExportError(
                f"MLflow at {to.shown} cannot be written: {_without_password(str(error))}"
            ) from error
        finally:
            logger.setLevel(level)


def _check_file(file: Path) -> None:
    """Refuse a file that is there and not MLflow's, for MLflow would make it its own."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        return
    try:
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as connection:
            tables = {
                name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            }
    except sqlite3.Error:
        tables = set[str]()
    if not tables >= _OF_MLFLOW:
        raise ExportError(f"{file} is no database of MLflow; name another file with -o.")


def _without_password(words: str) -> str:
    return _PASSWORD.sub(r"\1***@", words)


@contextmanager
def _environment() -> Generator[None]:
    added = {name: value for name, value in _QUIETER.items() if name not in os.environ}
    os.environ.update(added)
    try:
        yield
    finally:
        for name in added:
            os.environ.pop(name, None)

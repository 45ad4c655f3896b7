"""Runs for MLflow: an experiment for the study, a run for every arm, and in it one for every seed."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from paribus.errors import ExportError
from paribus.export._export import Export
from paribus.export._told import experiment_tags, tracked
from paribus.export._tracked import Tracked, TrackedArm
from paribus.export._tracking import Tracking, connected

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run

_KEY, _CONTENT, _PARENT = "paribus.key", "paribus.content", "mlflow.parentRunId"
_ENDED = frozenset(["FINISHED", "FAILED"])
_NUMBERS_AT_ONCE = 1_000
_WORDS_AT_ONCE = 100

Item = TypeVar("Item")


def write_mlflow(export: Export, tracking: Tracking) -> str:
    """Write every run that has ended, and return in words what is there now.

    A run that is there is left as it is; one that has changed, or that nobody finished writing, is written anew before the old one is
    deleted. MLflow has no transactions: what was interrupted, the same call finishes.

    Raises:
        ExportError: MLflow is not installed, cannot be reached, or refuses.
    """
    with connected(tracking) as client:
        experiment = _experiment(client, export, tracking)
        writer = _Writer(client, experiment)
        arms = tracked(export)
        for arm in arms:
            writer.put(arm)
        seeds = sum(len(arm.seeds) for arm in arms)
        return f"experiment '{tracking.experiment}' with {len(arms)} arms and {seeds} runs, {writer.written} of them new"


def _experiment(client: "MlflowClient", export: Export, tracking: Tracking) -> str:
    """Return the id of the study's experiment; it is made if there is none."""
    known = client.get_experiment_by_name(tracking.experiment)
    if known is not None and known.lifecycle_stage != "active":
        raise ExportError(
            f"experiment '{tracking.experiment}' is among those deleted in {tracking.shown}; restore it "
            f"(`mlflow experiments restore -x {known.experiment_id}`), or delete it for good (`mlflow gc`)."
        )
    found = (
        known.experiment_id if known else client.create_experiment(tracking.experiment, tracking.artifacts)
    )
    for name, words in experiment_tags(export).items():
        client.set_experiment_tag(found, name, words)
    return str(found)


class _Writer:
    """Writes runs into an experiment, those that are not there.

    Args:
        client: Of MLflow.
        experiment: Its id.
    """

    def __init__(self, client: "MlflowClient", experiment: str) -> None:
        self._client = client
        self._experiment = experiment
        self._known: dict[str, list[Run]] = {}
        for run in _runs(client, experiment):
            self._known.setdefault(run.data.tags.get(_KEY, ""), []).append(run)
        self.written = 0

    def put(self, arm: TrackedArm) -> None:
        """Write an arm's run, and those of its seeds."""
        parent = self._arm(arm.run)
        for seed in arm.seeds:
            self._seed(seed, parent)

    def _arm(self, run: Tracked) -> str:
        """Bring an arm's run up to date: others may refer to it, so it stays the same one."""
        found = self._known.get(run.key, [])
        if not found:
            return self._new(run, {})
        known = found[0]
        if not _is_whole(known, run):
            self._fill(known.info.run_id, run, known.data.params, known.data.metrics)
        return known.info.run_id

    def _seed(self, run: Tracked, parent: str) -> None:
        found = self._known.get(run.key, [])
        whole = [known for known in found if _is_whole(known, run)]
        if not whole:
            self._new(run, {_PARENT: parent})
            self.written += 1
        elif whole[0].data.tags.get(_PARENT) != parent:
            self._client.set_tag(whole[0].info.run_id, _PARENT, parent)
        for known in found:
            if known not in whole[:1]:
                self._client.delete_run(known.info.run_id)

    def _new(self, run: Tracked, tags: Mapping[str, str]) -> str:
        made = self._client.create_run(
            self._experiment, start_time=run.begin, tags={_KEY: run.key, **tags}, run_name=run.name
        )
        self._fill(made.info.run_id, run, {}, {})
        return made.info.run_id

    def _fill(
        self, run_id: str, run: Tracked, parameters: Mapping[str, str], metrics: Mapping[str, float]
    ) -> None:
        """Write all that is not there, and say last that it is whole."""
        from mlflow.entities import Metric, Param, RunTag

        named = [Param(name, value) for name, value in run.parameters.items() if name not in parameters]
        tags = [RunTag(name, value) for name, value in run.tags.items()]
        measured = [
            Metric(each.name, each.value, each.at, each.step)
            for each in run.metrics
            if metrics.get(each.name) != each.value
        ]
        for portion in _portions(measured, _NUMBERS_AT_ONCE):
            self._client.log_batch(run_id, metrics=portion)
        for portion in _portions(named, _WORDS_AT_ONCE):
            self._client.log_batch(run_id, params=portion)
        for portion in _portions(tags, _WORDS_AT_ONCE):
            self._client.log_batch(run_id, tags=portion)
        for name, content in run.files.items():
            self._client.log_text(run_id, content, name)
        self._client.set_tag(run_id, _CONTENT, run.content)
        self._client.set_terminated(run_id, "FINISHED" if run.succeeded else "FAILED", run.end)


def _is_whole(known: "Run", run: Tracked) -> bool:
    """Whether a run is there as it is to be."""
    return known.info.status in _ENDED and known.data.tags.get(_CONTENT) == run.content


def _runs(client: "MlflowClient", experiment: str) -> "Iterator[Run]":
    token: str | None = None
    while token is None or token:
        page: Any = client.search_runs(
            [experiment], max_results=1_000, page_token=token, order_by=["attributes.start_time ASC"]
        )
        yield from page
        token = page.token or ""


def _portions(items: Sequence[Item], size: int) -> Iterator[list[Item]]:
    rest = iter(items)
    while portion := list(islice(rest, size)):
        yield portion

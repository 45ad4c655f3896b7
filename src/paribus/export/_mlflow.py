"""Runs for MLflow: an experiment for the study, a run for every arm, and in it one for every seed."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, zip_longest
from typing import TYPE_CHECKING, Any, TypeVar

from paribus.errors import ExportError
from paribus.export._export import Export
from paribus.export._told import experiment_tags, tracked
from paribus.export._tracked import Metric, Tracked, TrackedArm
from paribus.export._tracking import Tracking, connected

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run

_KEY, _CONTENT, _PARENT = "paribus.key", "paribus.content", "mlflow.parentRunId"
_ENDED = frozenset(["FINISHED", "FAILED"])
_NUMBERS_AT_ONCE = 900
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
    tags = experiment_tags(export)
    if known is None:
        return str(client.create_experiment(tracking.experiment, tracking.artifacts, tags))
    for name, words in tags.items():
        if known.tags.get(name) != words:
            client.set_experiment_tag(known.experiment_id, name, words)
    return str(known.experiment_id)


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
            self._bring_up_to_date(known, run)
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
        """Write a run; that it has ended, which is written last, says that it is whole."""
        told = {**run.tags, **tags, _KEY: run.key, _CONTENT: run.content}
        made = self._client.create_run(self._experiment, start_time=run.begin, tags=told, run_name=run.name)
        self._log(made.info.run_id, run.parameters, run.metrics)
        self._finish(made.info.run_id, run)
        return made.info.run_id

    def _bring_up_to_date(self, known: "Run", run: Tracked) -> None:
        run_id, data = known.info.run_id, known.data
        self._client.update_run(run_id, status="RUNNING")
        for name, words in {**run.tags, _CONTENT: run.content}.items():
            if data.tags.get(name) != words:
                self._client.set_tag(run_id, name, words)
        parameters = {name: value for name, value in run.parameters.items() if name not in data.params}
        self._log(
            run_id, parameters, [each for each in run.metrics if data.metrics.get(each.name) != each.value]
        )
        self._finish(run_id, run)

    def _log(self, run_id: str, parameters: Mapping[str, str], metrics: Sequence[Metric]) -> None:
        """Write numbers and words, no more at once than MLflow takes."""
        from mlflow.entities import Metric as Number
        from mlflow.entities import Param

        numbers = [Number(each.name, each.value, each.at, each.step) for each in metrics]
        words = [Param(name, value) for name, value in parameters.items()]
        portions = zip_longest(
            _portions(numbers, _NUMBERS_AT_ONCE), _portions(words, _WORDS_AT_ONCE), fillvalue=()
        )
        for some_numbers, some_words in portions:
            self._client.log_batch(run_id, metrics=some_numbers, params=some_words)

    def _finish(self, run_id: str, run: Tracked) -> None:
        """Attach its files, and say last that it is whole."""
        for name, content in run.files.items():
            self._client.log_text(run_id, content, name)
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

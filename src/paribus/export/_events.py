"""TensorBoard's event files. Imported when one is written, as it takes tensorboardX."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from paribus.export._need import needed

_EXTRA = "tensorboard"
_api: Any = needed("tensorboardX.proto.api_pb2", extra=_EXTRA)
_event: Any = needed("tensorboardX.proto.event_pb2", extra=_EXTRA)
_plugin: Any = needed("tensorboardX.proto.plugin_hparams_pb2", extra=_EXTRA)
_proto: Any = needed("tensorboardX.proto.summary_pb2", extra=_EXTRA)
_records: Any = needed("tensorboardX.record_writer", extra=_EXTRA)
_summaries: Any = needed("tensorboardX.summary", extra=_EXTRA)

Hyperparameter: TypeAlias = str | float

_VERSION = "brain.Event:2"


class Events:
    """What happened in one run, for a file of that run's folder.

    The file's name has neither host nor process, as tensorboardX's have: the same runs give the same files.

    Args:
        folder: Of the run; it is made.
        begin: When it began [seconds since 1970].
    """

    def __init__(self, folder: Path, begin: float) -> None:
        self._file = folder / f"events.out.tfevents.{int(begin):010d}.paribus"
        self._events: list[Any] = [_event.Event(wall_time=begin, file_version=_VERSION)]

    def add(self, at: float, summary: Any, *, step: int = 0) -> None:
        """Add what was known at a time, after that many epochs."""
        self._events.append(_event.Event(wall_time=at, step=step, summary=summary))

    def write(self) -> Path:
        """Write the file, and return its path."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        writer = _records.RecordWriter(str(self._file))
        for event in self._events:
            writer.write(event.SerializeToString())
        writer.close()
        return self._file


def scalar(tag: str, value: float) -> Any:
    """Return a number."""
    return _proto.Summary(value=[_proto.Summary.Value(tag=tag, simple_value=value)])


def text(tag: str, words: str) -> Any:
    """Return words, as Markdown."""
    return _summaries.text(tag, words)


def experiment(hyperparameters: Mapping[str, Hyperparameter], metrics: Iterable[str]) -> Any:
    """Return which hyperparameters and metrics there are."""
    infos = [
        _api.HParamInfo(name=name, type="DATA_TYPE_STRING" if isinstance(value, str) else "DATA_TYPE_FLOAT64")
        for name, value in hyperparameters.items()
    ]
    named = [_api.MetricInfo(name=_api.MetricName(tag=metric)) for metric in metrics]
    made = _api.Experiment(hparam_infos=infos, metric_infos=named)
    return _of_plugin("experiment", _plugin.HParamsPluginData(experiment=made))


def session_start(hyperparameters: Mapping[str, Hyperparameter], *, group: str, at: float) -> Any:
    """Return with which hyperparameters a run began; runs of a group are repetitions."""
    made = _plugin.SessionStartInfo(group_name=group, start_time_secs=at)
    for name, value in hyperparameters.items():
        if isinstance(value, str):
            made.hparams[name].string_value = value
        else:
            made.hparams[name].number_value = value
    return _of_plugin("session_start_info", _plugin.HParamsPluginData(session_start_info=made))


def session_end(*, succeeded: bool, at: float) -> Any:
    """Return how a run ended."""
    status = "STATUS_SUCCESS" if succeeded else "STATUS_FAILURE"
    made = _plugin.SessionEndInfo(status=status, end_time_secs=at)
    return _of_plugin("session_end_info", _plugin.HParamsPluginData(session_end_info=made))


def _of_plugin(tag: str, data: Any) -> Any:
    data_of_plugin = _proto.SummaryMetadata.PluginData(
        plugin_name="hparams", content=data.SerializeToString()
    )
    metadata = _proto.SummaryMetadata(plugin_data=data_of_plugin)
    return _proto.Summary(value=[_proto.Summary.Value(tag=f"_hparams_/{tag}", metadata=metadata)])

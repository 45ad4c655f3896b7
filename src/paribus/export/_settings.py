"""What a study declared, as flat names and values."""

from collections.abc import Iterator, Mapping
from typing import Any, cast

import msgspec

from paribus.export._export import Export
from paribus.study import StudyRecord


def settings(study: StudyRecord) -> dict[str, str]:
    """Return recipe, data and engine: `optimizer` is "SGD", `optimizer.learning_rate` "0.01"; what is not set is left out."""
    recipe: dict[str, Any] = msgspec.to_builtins(study.recipe, str_keys=True)
    dataset = study.dataset
    return dict(_flat("", recipe)) | {
        "data": dataset.name,
        "data.fingerprint": dataset.fingerprint,
        "data.train": str(dataset.n_train),
        "data.validation": str(dataset.n_validation),
        "data.test": str(dataset.n_test),
        "data.pixels": dataset.pixels,
        "engine": study.engine,
    }


def experiment_name(export: Export, name: str) -> str:
    """Return the study's name with that of its content: studies of one name that differ are kept apart."""
    return f"{name}{'-quick' if export.study.quick else ''}-{export.study.study_id[:6]}"


def _flat(name: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        known = cast("Mapping[str, Any]", value)
        if "class_name" in known:
            yield name, str(known["class_name"])
            known = cast("Mapping[str, Any]", known.get("config") or {})
        for key, item in known.items():
            yield from _flat(f"{name}.{key}" if name else key, item)
    elif isinstance(value, list | tuple):
        if value:
            yield name, msgspec.json.encode(value).decode()
    elif value is not None:
        yield name, str(value)

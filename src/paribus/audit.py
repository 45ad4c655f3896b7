"""Study -> what it compares, without training: every arm built once, measured and identified."""

import ast
import functools
import hashlib
import inspect
import textwrap
from typing import Any, TypeAlias

import msgspec

from paribus.backend import Layer, Model
from paribus.build import outline
from paribus.errors import ArmError
from paribus.measures import layers, parameters
from paribus.records import ArmRecord
from paribus.study import Arm, Study

Json: TypeAlias = "dict[str, Json] | list[Json] | str | float | bool | None"


def audit(study: Study) -> tuple[ArmRecord, ...]:
    """Return every arm's layers, sizes and identity.

    Raises:
        ArmError: Arms that cannot be built or do not fit the dataset; all of them are named.
    """
    records: list[ArmRecord] = []
    errors: list[ArmError] = []
    for arm in study.arms:
        try:
            model = outline(arm, study.dataset)
        except ArmError as error:
            errors.append(error)
        else:
            records.append(
                ArmRecord(
                    name=arm.name,
                    identity=identity(arm, model),
                    layers=layers(model),
                    parameters=parameters(model),
                )
            )
    if errors:
        raise ArmError([problem for error in errors for problem in error.problems]) from errors[0]
    return tuple(records)


def identity(arm: Arm, model: Model) -> str:
    """Hash the model's config, the builder's source and the source of layers that are not Keras' own.

    Names of layers are replaced by their order, because Keras numbers them by how many the process has built; comments
    and blank lines do not count.
    """
    parts = {
        "config": _config(model),
        "builder": _builder_source(arm.build),
        "layers": sorted({_source(type(layer)) for layer in _own_layers(model)}),
        "shapes": [[weight.path.rsplit("/", 1)[-1], list(weight.shape)] for weight in model.weights],
    }
    return hashlib.sha256(msgspec.json.encode(parts, order="deterministic", enc_hook=str)).hexdigest()


def _config(model: Model) -> Json:
    try:
        config = msgspec.json.decode(model.to_json())
    except (NotImplementedError, TypeError, ValueError):  # a subclassed model: its source speaks for it
        return None
    return _with_names_by_order(config, {})


def _with_names_by_order(node: Json, order: dict[str, int]) -> Json:
    """Replace layer names where a Keras config holds one: under "name", and where a tensor names its maker."""
    if isinstance(node, dict):
        return {key: _renamed(key, value, order) for key, value in node.items()}
    if isinstance(node, list):
        return [_with_names_by_order(item, order) for item in node]
    return node


def _renamed(key: str, value: Json, order: dict[str, int]) -> Json:
    if key == "name" and isinstance(value, str):
        return order.setdefault(value, len(order))
    if key in {"keras_history", "input_layers", "output_layers"}:
        return _with_makers_by_order(value, order)
    return _with_names_by_order(value, order)


def _with_makers_by_order(node: Json, order: dict[str, int]) -> Json:
    if isinstance(node, list):
        return [_with_makers_by_order(item, order) for item in node]
    return order.setdefault(node, len(order)) if isinstance(node, str) else node


def _own_layers(model: Model) -> list[Layer]:
    return [layer for layer in [model, *model.layers] if not type(layer).__module__.startswith("keras.")]


def _builder_source(build: Any) -> list[str]:
    if isinstance(build, functools.partial):
        given = [*build.args, *(value for _, value in sorted(build.keywords.items()))]
        return [
            *_builder_source(build.func),
            *(getattr(value, "__qualname__", repr(value)) for value in given),
        ]
    return [_source(build)]


def _source(thing: Any) -> str:
    try:
        source = textwrap.dedent(inspect.getsource(thing))
    except (OSError, TypeError):  # made at run time: the config alone speaks for it
        return ""
    try:
        return ast.unparse(ast.parse(source))
    except SyntaxError:  # a lambda cut out of its statement
        return source

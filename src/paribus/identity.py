"""Arm × model -> the hash of all that determines the arm's numbers."""

import ast
import contextlib
import functools
import hashlib
import inspect
import sys
import sysconfig
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any, cast

import msgspec
import numpy as np

from paribus.backend import Model, keras
from paribus.measures import Json, config, is_plain
from paribus.probes import Probe
from paribus.records import ProbeRecord
from paribus.study import Arm

_DEEPEST = 6


@dataclass(frozen=True, slots=True)
class Structure:
    """What a built model says of itself, apart from the values of its weights.

    Attributes:
        config: As Keras serialises it, names of layers replaced by their order.
        shapes: Shape and type of each weight.
        precision: Keras' global dtype policy and float type.
        plain: Whether it is made of Keras' own stateless parts alone.
    """

    config: Json
    shapes: Json
    precision: Json
    plain: bool


def structure(model: Model) -> Structure:
    """Return what the model says of itself."""
    return Structure(
        config=_with_names_by_order(config(model), {}),
        shapes=[[list(weight.shape), str(weight.dtype)] for weight in model.weights],
        precision=[keras().config.dtype_policy().name, keras().config.floatx()],
        plain=is_plain(model),
    )


def identity(arm: Arm, built: Structure | None) -> str:
    """Hash the model's structure, None if there is none, and the builder with everything it holds on to.

    A model that is not made of Keras' own parts alone is identified by the source files of the builder's module and of
    the local modules that it uses, too: its config does not tell what its code does. Names of layers are replaced by their
    order, because Keras numbers them by how many the process has built; comments and blank lines do not count.
    """
    sources: list[Json] = [] if built and built.plain else [*sorted(_local_sources(arm.build))]
    parts: dict[str, Json] = {"builder": _described(arm.build, _DEEPEST), "sources": sources}
    if built:
        parts |= {"config": built.config, "shapes": built.shapes, "precision": built.precision}
    return hashlib.sha256(msgspec.json.encode(parts, order="deterministic")).hexdigest()


def probe_record(probe: Probe) -> ProbeRecord:
    """Return a probe without its code, with the hash of its class, its fields and its version.

    A class of the user's own is identified by the source files of its module and of the local modules that it uses: a probe lies best in a
    file of its own, so that its numbers outlive changes to the study.
    """
    kind = type(probe)
    state = (
        {each.name: getattr(probe, each.name) for each in fields(probe)}
        if is_dataclass(probe)
        else dict(vars(probe))
    )
    parts: dict[str, Json] = {
        "class": _described(kind, _DEEPEST),
        "state": _described(state, _DEEPEST),
        "version": probe.version,
        "sources": [*sorted(_local_sources(kind))],
    }
    return ProbeRecord(
        name=probe.name,
        identity=hashlib.sha256(msgspec.json.encode(parts, order="deterministic")).hexdigest(),
        metrics=tuple(probe.metrics),
        unit=probe.unit,
        rises=probe.rises,
        source=probe.source,
    )


def _with_names_by_order(node: Json, order: dict[str, int]) -> Json:
    """Replace layer names where a Keras config holds one, and leave out where a user's own class was defined."""
    if isinstance(node, list):
        return [_with_names_by_order(item, order) for item in node]
    if not isinstance(node, dict):
        return node
    if "class_name" in node and not str(node.get("module")).startswith("keras"):
        node = {key: value for key, value in node.items() if key not in {"module", "registered_name"}}
    is_layer = "class_name" in node and "DTypePolicy" not in str(node["class_name"])
    return {key: _renamed(key, value, order, is_layer=is_layer) for key, value in node.items()}


def _renamed(key: str, value: Json, order: dict[str, int], *, is_layer: bool) -> Json:
    if key == "name" and is_layer:
        return order.setdefault(str(value), len(order))
    if key == "config" and is_layer and isinstance(value, dict):
        if "code" in value:
            return None  # a lambda's byte code, which holds line numbers; its source speaks for it
        return {
            inner: _renamed(inner, item, order, is_layer=inner == "name") for inner, item in value.items()
        }
    if key in {"keras_history", "input_layers", "output_layers"}:
        return _with_makers_by_order(value, order)
    return _with_names_by_order(value, order)


def _with_makers_by_order(node: Json, order: dict[str, int]) -> Json:
    if isinstance(node, list):
        return [_with_makers_by_order(item, order) for item in node]
    return order.setdefault(node, len(order)) if isinstance(node, str) else node


def _described(value: Any, depth: int) -> Json:
    """Describe a value by content: functions by source, closure and defaults, objects by class and state."""
    if depth == 0:
        return type(value).__qualname__
    if value is None or isinstance(value, bool | int | float | str):
        return value if isinstance(value, str) else repr(value)
    if isinstance(value, list | tuple | set | frozenset | dict):
        return _described_items(value, depth)
    return _described_function(value, depth) if callable(value) else _described_object(value, depth)


def _described_items(value: Any, depth: int) -> Json:
    if isinstance(value, dict):
        pairs = cast("dict[Any, Any]", value).items()
        return [[repr(key), _described(item, depth - 1)] for key, item in pairs]
    items = [_described(item, depth - 1) for item in value]
    return sorted(items, key=repr) if isinstance(value, set | frozenset) else items


def _described_function(value: Any, depth: int) -> Json:
    if isinstance(value, functools.partial):
        return _described([value.func, value.args, value.keywords], depth)
    if inspect.ismethod(value):
        return _described([value.__func__, value.__self__], depth)
    if isinstance(value, FunctionType):
        held = [cell.cell_contents for cell in value.__closure__ or () if not _is_empty(cell)]
        return [
            _source(value),
            *(_described(each, depth - 1) for each in (held, value.__defaults__, value.__kwdefaults__)),
        ]
    if isinstance(value, type):
        return _described_class(value, depth)
    return _described_object(value, depth)


def _described_class(value: type, depth: int) -> Json:
    """Describe an installed class by name, another one by its attributes, methods and bases."""
    if is_installed(value.__module__):
        return f"{value.__module__}.{value.__qualname__}"
    own = {name: each for name, each in vars(value).items() if not name.startswith("__") or callable(each)}
    return _described([value.__qualname__, own, value.__bases__], depth)


def _described_object(value: Any, depth: int) -> Json:
    if isinstance(value, ModuleType):
        return value.__name__
    if isinstance(value, np.ndarray | np.generic):
        array = np.asarray(cast("Any", value))
        return [str(array.dtype), list(array.shape), hashlib.sha256(array.tobytes()).hexdigest()]
    if callable(getattr(value, "get_config", None)):
        return [type(value).__qualname__, _described(value.get_config(), depth - 1)]
    return [_described(type(value), depth - 1), _described(getattr(value, "__dict__", None), depth - 1)]


def _is_empty(cell: Any) -> bool:
    try:
        return cell.cell_contents is None
    except ValueError:
        return True


def _source(thing: Any) -> str:
    try:
        source = textwrap.dedent(inspect.getsource(thing))
    except (OSError, TypeError):
        code = getattr(thing, "__code__", None)
        return repr(_code(code)) if isinstance(code, CodeType) else ""
    return _without_comments(source)


def _code(code: CodeType) -> list[object]:
    """Return what a function without a source file does: byte code, names and constants, without line numbers."""
    constants = [_code(each) if isinstance(each, CodeType) else repr(each) for each in code.co_consts]
    return [code.co_code.hex(), code.co_names, constants]


def _without_comments(source: str) -> str:
    try:
        return ast.unparse(ast.parse(source))
    except SyntaxError:  # a lambda cut out of its statement
        return source


def _local_sources(build: Any) -> Iterator[str]:
    """Yield the source of the builder's module and of every local module reachable from its variables."""
    waiting, seen = [_module_of(build)], set[str]()
    while waiting:
        module = waiting.pop()
        if module is None or module.__name__ in seen or is_installed(module.__name__):
            continue
        seen.add(module.__name__)
        with contextlib.suppress(
            OSError, AttributeError
        ):  # a notebook: what its builder holds on to speaks for it
            yield _without_comments(Path(str(module.__file__)).read_text(encoding="utf-8"))
        waiting += [_module_of(value) for value in vars(module).values()]


def _module_of(value: Any) -> ModuleType | None:
    if isinstance(value, ModuleType):
        return value
    if isinstance(value, functools.partial):
        return _module_of(value.func)
    return sys.modules.get(str(getattr(value, "__module__", None)))


def is_installed(module: str) -> bool:
    """Whether the module comes with Python or from an installed package, whose version speaks for it."""
    file = getattr(sys.modules.get(module), "__file__", None)
    if file is None:
        return module != "__main__"
    homes = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    return module.partition(".")[0] == "paribus" or any(Path(file).is_relative_to(home) for home in homes)

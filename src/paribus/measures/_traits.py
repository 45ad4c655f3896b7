"""What an architecture is made of, aspect by aspect, in words that can be compared."""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
# Keras ships no types.

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from paribus.backend import Layer, keras
from paribus.measures._config import is_kerasown
from paribus.measures._graph import Graph
from paribus.measures._sublayers import sublayers
from paribus.measures._windows import transposed, windows

Config = dict[str, Any]

_WEIGHTED = (
    "Dense",
    "Conv",
    "LSTM",
    "GRU",
    "RNN",
    "Attention",
    "Embedding",
    "Bidirectional",
    "TimeDistributed",
)
_ROLES = {"depthwise_initializer": "kernel", "pointwise_initializer": "kernel"}
_OPERATIONS = frozenset({"sparsemax", "relu", "gelu", "silu", "sigmoid", "tanh", "elu", "softmax"})
_ACTIVATIONS = frozenset({"ReLU", "LeakyReLU", "PReLU", "ELU", "Softmax"})


def traits(graph: Graph) -> dict[str, tuple[str, ...]]:
    """Return, by aspect, what the model's layers are and how they are set; an aspect that no layer has is empty.

    Counted is only how often layers with weights occur; of everything else, which kinds and settings there are: two arms of
    different depth may use the same activation. What code of one's own does to its inputs is not known, so behind it "output" is
    left out, and "activation" wherever there is any.
    """
    configs = [
        (layer, _config(layer)) for layer in _opened(call.layer for call in graph.calls if not call.again)
    ]
    inner, last = _split_off_output(configs)
    found = {name: collect(configs) for name, collect in _ASPECTS.items()}
    if not graph.unread and not any(map(_is_foreign, configs)):
        found["activation"] = list(_activations(inner)) or _linear(inner)
    if not graph.unread and not any(map(_is_foreign, last)):
        found["output"] = _activations(last)
    return {name: tuple(sorted(set(words))) for name, words in found.items()}


def _opened(layers: Iterable[Layer]) -> Iterator[Layer]:
    """Yield the layers, and those inside of wrappers and of layers of a user's own."""
    seen: set[int] = set()
    for layer in layers:
        is_open = hasattr(layer, "layer") or not is_kerasown(type(layer))
        for each in sublayers(layer) if is_open and isinstance(layer, keras().Layer) else (layer,):
            if id(each) not in seen:
                seen.add(id(each))
                yield each


def _is_foreign(configured: "_Configured") -> bool:
    layer, _ = configured
    return not is_kerasown(type(layer)) or type(layer).__name__ == "Lambda"


def _config(layer: Layer) -> Config:
    try:
        return layer.get_config()
    except Exception:  # noqa: BLE001 -- a user's own layer may raise anything
        return {}


_Configured = tuple[Layer, Config]
_Configs = list[_Configured]


def _split_off_output(configs: _Configs) -> tuple[_Configs, _Configs]:
    """Return the layers before the last one with weights, and the rest."""
    places = [place for place, (layer, _) in enumerate(configs) if _is_weighted(layer)]
    cut = places[-1] if places else len(configs)
    return configs[:cut], configs[cut:]


def _is_weighted(layer: Layer) -> bool:
    return any(part in type(layer).__name__ for part in _WEIGHTED)


def _layers(configs: _Configs) -> Iterator[str]:
    counts = Counter(_described(layer) for layer, _ in configs if _is_weighted(layer))
    for described, count in counts.items():
        yield f"{count} {described}"


def _described(layer: Layer) -> str:
    """Return a layer's kind, with its window if it has one."""
    name, sliding = type(layer).__name__, windows(layer) or transposed(layer)
    if sliding is None:
        return name
    strides, dilations = [window.stride for window in sliding], [window.dilation for window in sliding]
    steps = "" if set(strides) == {1} else f" stride {_per_axis(strides)}"
    holes = "" if set(dilations) == {1} else f" dilation {_per_axis(dilations)}"
    return f"{name} {'×'.join(str(window.size) for window in sliding)}{steps}{holes} {sliding[0].padding}"


def _per_axis(numbers: Sequence[int]) -> str:
    return str(numbers[0]) if len(set(numbers)) == 1 else "×".join(map(str, numbers))


def _pooling(configs: _Configs) -> Iterator[str]:
    for layer, _ in configs:
        if "Pooling" in type(layer).__name__:
            yield _described(layer)


def _normalization(configs: _Configs) -> Iterator[str]:
    for layer, config in configs:
        name = type(layer).__name__
        if name.endswith("Normalization") and name != "Normalization":
            settings = ", ".join(
                f"{key} {_number(config[key])}" for key in ("momentum", "epsilon") if key in config
            )
            yield f"{name} ({settings})" if settings else name


def _regularization(configs: _Configs) -> Iterator[str]:
    for layer, config in configs:
        name = type(layer).__name__
        for key in ("rate", "stddev", "dropout", "recurrent_dropout", "l1", "l2"):
            if config.get(key):
                yield (
                    f"{name} {_number(config[key])}"
                    if key == "rate"
                    else f"{name} {key} {_number(config[key])}"
                )
        for key, value in config.items():
            if value and key.endswith(("_regularizer", "_constraint")):
                yield f"{key.replace('_', ' ')} {_named(value)}"


def _initializers(configs: _Configs) -> Iterator[str]:
    for layer, config in configs:
        if not _is_weighted(layer):
            continue
        for key, value in config.items():
            is_used = key != "bias_initializer" or config.get("use_bias", True)
            if key.endswith("_initializer") and value and is_used:
                yield f"{_ROLES.get(key, key.removesuffix('_initializer'))} {_named(value)}"


def _bias(configs: _Configs) -> Iterator[str]:
    for _, config in configs:
        if "use_bias" in config:
            yield "with bias" if config["use_bias"] else "without bias"


def _preprocessing(configs: _Configs) -> Iterator[str]:
    for layer, config in configs:
        name = type(layer).__name__
        if name == "Rescaling":
            yield f"Rescaling {_number(config.get('scale'))} + {_number(config.get('offset'))}"
        elif name.startswith("Random") or name in {"Normalization", "Resizing", "CenterCrop", "Lambda"}:
            yield name


def _frozen(configs: _Configs) -> Iterator[str]:
    counts = Counter(
        type(layer).__name__
        for layer, _ in configs
        if not getattr(layer, "trainable", True) and layer.weights
    )
    for name, count in counts.items():
        yield f"{count} {name}"


def _precision(configs: _Configs) -> Iterator[str]:
    for layer, _ in configs:
        if hasattr(layer, "dtype_policy"):
            yield str(layer.dtype_policy.name)


def _activations(configs: _Configs) -> Iterator[str]:
    for layer, config in configs:
        name = type(layer).__name__
        if name in _ACTIVATIONS or (".ops." in type(layer).__module__ and name.lower() in _OPERATIONS):
            yield name.lower()
        elif (activation := config.get("activation")) and activation != "linear":
            yield (activation if isinstance(activation, str) else _named(activation)).replace("_", "")


def _linear(inner: _Configs) -> list[str]:
    """Say that hidden layers have no activation, if there are any."""
    return ["linear"] if any(_is_weighted(layer) for layer, _ in inner) else []


def _named(config: Any) -> str:
    """Return a serialised object's class and the numbers in its config that are not the default nothing."""
    if not isinstance(config, dict):
        return str(config)
    inner: Any = config.get("config")
    if isinstance(inner, str):
        return inner
    numbers = (
        f"{key} {_number(value)}"
        for key, value in (inner or {}).items()
        if isinstance(value, int | float) and not isinstance(value, bool) and value
    )
    return " ".join((str(config.get("class_name")), *numbers))


def _number(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, int | float) else str(value)


_ASPECTS: dict[str, Callable[[_Configs], Iterable[str]]] = {
    "layers": _layers,
    "pooling": _pooling,
    "normalization": _normalization,
    "regularization": _regularization,
    "initializers": _initializers,
    "bias": _bias,
    "preprocessing": _preprocessing,
    "frozen": _frozen,
    "precision": _precision,
}

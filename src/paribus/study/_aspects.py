"""In what arms may differ: the words in which a contrast's factor is declared and a confound conceded."""

from collections.abc import Iterable

from paribus.errors import listed, nearest

ASPECTS = {
    "parameters": "trainable parameters",
    "flops": "FLOPs per example",
    "training_flops": "training FLOPs per example",
    "activation_memory": "activations of one batch",
    "depth": "layers with weights on the longest way",
    "receptive_field": "receptive field",
    "layers": "layers with weights",
    "pooling": "pooling",
    "activation": "activation functions",
    "output": "activation of the output",
    "normalization": "normalisation",
    "regularization": "regularisation",
    "initializers": "initialisers",
    "bias": "bias",
    "preprocessing": "preprocessing inside the model",
    "frozen": "frozen layers",
    "precision": "precision",
}
"""By name, what it is called in a table."""

SHARED = {
    "recipe": "recipe",
    "data": "data",
    "batch_order": "batch order",
    "epochs": "epochs",
    "engine": "engine",
}
"""What no arm can have to itself, by name and as in a table."""

ENTAILED: dict[str, frozenset[str]] = {
    "layers": frozenset({"pooling", "depth", "receptive_field", "activation_memory"}),
    "depth": frozenset({"layers", "receptive_field", "activation_memory"}),
    "pooling": frozenset({"receptive_field", "activation_memory"}),
    "normalization": frozenset({"bias", "activation_memory"}),
}
"""What differs with a factor as a matter of course. Sizes never do: they can be made equal."""


KINDS: dict[str, str] = {
    **ASPECTS,
    "budget": "an arm that misses its budget",
    "uncounted": "layers whose cost is not known",
    "unread_input": "places that no layer reads",
    "weak_border": "borders that padding weakens",
    "narrow_field": "features that see less than the object",
    "excessive_field": "layers that see all of the input already",
    "average_padding": "average pooling that the backend computes wrongly",
    "stale_normalization": "normalisation by statistics that training has left behind",
    "raw_outputs": "outputs that are no probabilities under a loss that takes such",
    "duplicates": "examples in several splits",
    "conflicting_labels": "equal examples with different labels",
    "class_imbalance": "classes of very different size",
    "label_shift": "splits with different shares of the classes",
    "reported_validation": "validation data that results are reported on",
    "coarse_test": "too few examples to see the margin",
    "few_seeds": "too few seeds to see the margin",
    "unequal_runs": "runs that were not carried out alike",
    "failed_runs": "runs that failed",
    "not_converged": "arms that still improve",
    "ceiling": "no room for the margin",
    "unequal_spread": "arms whose seeds spread very differently",
    "epoch_dependent": "a result that depends on the epoch",
}
"""Every kind of finding, in words."""


def unknown_aspects(where: str, names: Iterable[str], known: Iterable[str] = ASPECTS) -> list[str]:
    """Say which of the names are none that can be declared."""
    candidates = list(known)
    return [
        f"{where}: there is no '{name}'; there are {listed(candidates)}.{nearest(name, candidates)}"
        for name in names
        if name not in candidates
    ]

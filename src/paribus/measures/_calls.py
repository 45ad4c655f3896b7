"""How a model is called."""

import inspect

from paribus.backend import Model


def training_mode(model: Model, *, training: bool) -> dict[str, bool]:
    """Return the training argument for a model whose `call` takes one; Keras' `fit` gives others none."""
    taken = inspect.signature(model.call).parameters.values()
    return (
        {"training": training}
        if any(each.name == "training" or each.kind is each.VAR_KEYWORD for each in taken)
        else {}
    )

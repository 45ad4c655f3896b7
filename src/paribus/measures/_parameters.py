"""How many weights a model has."""

import math

from paribus.backend import Model
from paribus.records import ParameterCount


def parameters(model: Model) -> ParameterCount:
    """Return the number of scalar weights of a built Keras model or layer, as Keras' `summary` counts them.

    The moving mean and variance of BatchNormalization are not trainable; the state of a random generator is no weight.
    """
    return ParameterCount(
        trainable=sum(math.prod(weight.shape) for weight in model.trainable_weights),
        non_trainable=sum(math.prod(weight.shape) for weight in model.non_trainable_weights),
    )

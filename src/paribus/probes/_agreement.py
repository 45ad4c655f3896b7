"""How often a model says the same of two versions of an image."""

from paribus.probes._base import TrainedModel, predicted
from paribus.probes._images import Images


def agreement(model: TrainedModel, first: Images, second: Images) -> float:
    """Return the share of images whose predicted class is the same in both versions, right or wrong.

    Source:
        Zhang (2019), Making convolutional networks shift-invariant again, arXiv 1904.11486, section 4.1.
    """
    return float((predicted(model, first) == predicted(model, second)).mean())

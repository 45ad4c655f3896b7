"""The article's study with pixels divided by 255: nothing else differs, and the conclusion does.

BatchNormalization's moving variance starts at 1, far above the small activations, and at momentum 0.99 ten short epochs
do not forget that start: inference uses statistics that training has long left behind.
"""

from paribus.studies import convolution
from paribus.study import Study


def study() -> Study:
    """Return `convolution` with pixels in 0-1."""
    return convolution.study(pixels="unit", name="convolution-scaled")

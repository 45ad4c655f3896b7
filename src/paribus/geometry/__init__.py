"""Exact convolution and pooling arithmetic: integers in, integers out. Knows no Keras."""

from paribus.geometry._field import Field, joined
from paribus.geometry._window import Padding, Window, output_size, padding, padding_share, reads

__all__ = ["Field", "Padding", "Window", "joined", "output_size", "padding", "padding_share", "reads"]

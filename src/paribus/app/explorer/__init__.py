"""The geometry explorer: an address to layers, words, pictures and code."""

from paribus.app.explorer._chain import Chain, chain_of
from paribus.app.explorer._choice import KINDS, LIMITS, MOST_LAYERS, PADDINGS, Choice, LayerChoice, choice_of
from paribus.app.explorer._picture import Grid, grids, is_drawable, reads
from paribus.app.explorer._words import chain_sentences, command, keras_code, layer_words, step_rows

__all__ = [
    "KINDS",
    "LIMITS",
    "MOST_LAYERS",
    "PADDINGS",
    "Chain",
    "Choice",
    "Grid",
    "LayerChoice",
    "chain_of",
    "chain_sentences",
    "choice_of",
    "command",
    "grids",
    "is_drawable",
    "keras_code",
    "layer_words",
    "reads",
    "step_rows",
]

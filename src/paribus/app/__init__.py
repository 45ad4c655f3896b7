"""Web view over a store: studies, live progress, comparisons, reports, and the geometry explorer."""

from paribus.app._app import make_app
from paribus.app._guard import is_loopback
from paribus.app._serve import Address, serve

__all__ = ["Address", "is_loopback", "make_app", "serve"]

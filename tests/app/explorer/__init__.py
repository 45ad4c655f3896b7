"""Mirrors `paribus.app.explorer`."""

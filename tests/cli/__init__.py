"""Mirrors `paribus.cli`."""

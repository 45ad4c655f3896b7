"""Mirrors `paribus.progress`."""

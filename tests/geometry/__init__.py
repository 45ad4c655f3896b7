"""Mirrors `paribus.geometry`."""

"""Mirrors `paribus.measures`."""

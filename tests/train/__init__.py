"""Mirrors `paribus.train`."""

"""Mirrors `paribus.export`."""

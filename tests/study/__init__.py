"""Mirrors `paribus.study`."""

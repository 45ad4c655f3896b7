"""Mirrors `paribus.store`."""

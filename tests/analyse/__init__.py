"""Mirrors `paribus.analyse`."""

"""Mirrors `paribus.app`."""

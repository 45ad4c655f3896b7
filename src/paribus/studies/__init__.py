"""Built-in studies, one file each, and how a study is found by name or file."""

from paribus.studies._find import names, study

__all__ = ["names", "study"]

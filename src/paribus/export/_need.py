"""Libraries that are extras."""

import importlib
from typing import Any

from paribus.errors import ExportError


def needed(module: str, *, extra: str) -> Any:
    """Return a module of a library that is an extra.

    Args:
        module: Its name.
        extra: What installs it.

    Raises:
        ExportError: It is not installed, or cannot be imported.
    """
    library = module.partition(".")[0]
    try:
        importlib.import_module(library)
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        missing = (error.name or library).partition(".")[0]
        raise ExportError(
            f"{missing} is not installed; `pip install 'paribus[{extra}]'` installs it."
        ) from error
    except ImportError as error:
        raise ExportError(
            f"{library} cannot be imported: {error}. `pip install --upgrade 'paribus[{extra}]'` may mend it."
        ) from error

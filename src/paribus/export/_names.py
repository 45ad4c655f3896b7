"""Names that people gave, as names of files on any system."""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

_UNSAFE = re.compile(r"[^\w .,()+=-]+")
"""Whatever has a meaning to a shell, a file system or Windows; letters of all scripts are safe."""
_DEVICES = frozenset(
    ["con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10))]
)
"""What Windows takes for devices, with any ending."""
_MARKED = re.compile(r"-[0-9a-f]{12}\Z", re.IGNORECASE)
_MOST_BYTES = 100
_NAMELESS = "unnamed"


def safe_names(names: Iterable[str], *, taken: Iterable[str] = ()) -> dict[str, str]:
    """Return by name a name for a file or folder, no two the same, also where case does not count.

    A name is kept where it is safe. One that had to be changed, or that others would be taken for, ends in a hash of what it was.

    Args:
        names: What people gave.
        taken: Names beside them that are none of theirs.
    """
    plain = {name: _plain(name) for name in names}
    counts = Counter(map(_folded, [*plain.values(), *taken]))
    return {
        name: made if made == name and counts[_folded(made)] == 1 else f"{made}-{_digest(name)}"
        for name, made in plain.items()
    }


def safe_name(name: str) -> str:
    """Return a name for a file or folder; see `safe_names`."""
    return safe_names([name])[name]


def _plain(name: str) -> str:
    """Return the name without what is not safe; it never ends as a hash does."""
    composed = unicodedata.normalize("NFKC", name)
    short = _UNSAFE.sub("-", composed).encode()[:_MOST_BYTES].decode("utf-8", "ignore")
    made = _MARKED.sub("", short).strip(" .-")
    return f"_{made}" if made.partition(".")[0].strip().lower() in _DEVICES else made or _NAMELESS


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name.casefold())


def _digest(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:12]

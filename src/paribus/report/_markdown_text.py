"""Words as Markdown that stays words."""

import re
from collections.abc import Iterable, Sequence

from paribus.report._visible import visible

_JOINER = "\N{WORD JOINER}"
"""Nothing is seen of it. No escape keeps GitHub from making an address a link."""
_ALWAYS = re.compile(r"([\\`*_\[\]|~$#])")
_TAG, _ENTITY = re.compile(r"<(?=[A-Za-z/!?])"), re.compile(r"&(?=#?\w+;)")
_ADDRESS, _HOST, _MAIL = (
    re.compile(r":(?=//)"),
    re.compile(r"\b(www)\.", re.IGNORECASE),
    re.compile(r"(?<=\S)@(?=\S)"),
)
_BULLET, _NUMBER, _QUOTE = (
    re.compile(r"^([-+])(?=[-+\s]|$)"),
    re.compile(r"^(\d{1,9})([.)])(?=\s|$)"),
    re.compile(r"^>"),
)


def escaped(words: str) -> str:
    """Return words on one line, so that they are read as they are: no markup, no HTML, no links, no mathematics."""
    line = _ALWAYS.sub(r"\\\1", " ".join(visible(words).split()))
    line = _ENTITY.sub(r"\\&", _TAG.sub(r"\\<", line))
    line = _MAIL.sub(f"@{_JOINER}", _HOST.sub(r"\1\\.", _ADDRESS.sub(r"\\:", line)))
    return _QUOTE.sub(r"\\>", _NUMBER.sub(r"\1\\\2", _BULLET.sub(r"\\\1", line)))


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table."""
    return "\n".join(
        [
            _line(map(escaped, header)),
            _line(["---"] * len(header)),
            *(_line(map(escaped, row)) for row in rows),
        ]
    )


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def code(words: str) -> str:
    """Return words as a block of code."""
    return "\n".join(f"    {line}" for line in visible(words).splitlines())

"""Characters that would change what stands around them, written out."""

_DIRECTIONS = (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_LINES = (0x2028, 0x2029)
_CONTROLS = tuple(set(range(0x20)) - {0x09, 0x0A}) + tuple(range(0x7F, 0xA0))
_WRITTEN_OUT = {
    code: f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
    for code in (*_DIRECTIONS, *_LINES, *_CONTROLS)
}


def visible(words: str) -> str:
    r"""Return words with control characters, and marks that turn the direction of writing, as in Python's source: `\u202e`.

    A name that holds one would turn round what is written after it, or end a file that must not hold it.
    """
    return words.translate(_WRITTEN_OUT)

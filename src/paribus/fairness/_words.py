"""How findings put numbers."""


def percent(share: float, digits: int = 3) -> str:
    """Return a share in percent, with that many significant digits."""
    return f"{100 * share:.{digits}g} %"


def counted(n: int, one: str, several: str = "") -> str:
    """Return "1 seed" or "3 seeds"."""
    return f"{n:,} {one if n == 1 else several or f'{one}s'}"

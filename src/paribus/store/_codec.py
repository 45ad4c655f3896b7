"""Records as bytes."""

from typing import TypeVar

import msgspec

from paribus.errors import StoreError

Record = TypeVar("Record")


def encode(record: object) -> bytes:
    """Return MessagePack, because JSON has no word for the infinite loss of a run that diverged."""
    encoded = msgspec.msgpack.encode(record)
    decode(encoded, type(record))  # what cannot be read again is not written
    return encoded


def decode(record: bytes, kind: type[Record]) -> Record:
    """Return what was encoded.

    Raises:
        StoreError: This version cannot read it.
    """
    try:
        return msgspec.msgpack.decode(record, type=kind)
    except msgspec.MsgspecError as error:
        raise StoreError(f"the store holds a record that this version cannot read: {error}.") from error

"""Images of test examples lie beside the runs, by the data that they come from."""

from pathlib import Path

import sqlalchemy as sa

from paribus.store import Store


def test_images_are_kept_once(tmp_path: Path) -> None:
    """The first of an example stays; those of other data are apart."""
    place = tmp_path / "paribus.db"
    with Store.write(place) as store:
        store.add_images("data", {3: b"three", 5: b"five"})
        store.add_images("data", {3: b"another", 7: b"seven"})
        store.add_images("other data", {3: b"other"})
    with Store.read(place) as store:
        assert {3: b"three", 5: b"five", 7: b"seven"} == store.images("data")
        assert {} == store.images("no data")


def test_a_store_of_before_there_were_images_has_none(tmp_path: Path) -> None:
    """It can be read as it is, and written as soon as somebody writes."""
    place = tmp_path / "paribus.db"
    with Store.write(place):
        pass
    engine = sa.create_engine(f"sqlite:///{place}")
    with engine.begin() as connection:
        connection.execute(sa.text("DROP TABLE images"))
    engine.dispose()
    with Store.read(place) as store:
        assert {} == store.images("data")
    with Store.write(place) as store:
        store.add_images("data", {0: b"zero"})
        assert {0: b"zero"} == store.images("data")

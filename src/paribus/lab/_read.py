"""What is stored, and what this machine is: nothing is trained here."""

import time
from pathlib import Path

from paribus.doctor import Examination
from paribus.doctor import doctor as examine
from paribus.lab._design import stored_result
from paribus.lab._places import DEFAULT_STORE, bulletins
from paribus.lab._results import KeptWeights, Result, Watched
from paribus.store import Store, StudyListing, Weights
from paribus.study import StudyRecord
from paribus.train import check_backend


def show(reference: str | None = None, *, store: str | Path = DEFAULT_STORE) -> Result:
    """Return the stored result of a study, by name or id; of the last one if none is named.

    Raises:
        StoreError: There is no such store or study.
    """
    with Store.read(store) as opened:
        return stored_result(opened, opened.find(reference))


def watched(reference: str | None = None, *, store: str | Path = DEFAULT_STORE) -> Watched:
    """Return the study under way that began last among those with that name or id; if none is, the one run last.

    Raises:
        StoreError: There is no such store or study.
    """
    with Store.read(store) as opened:
        found, everything, place = opened.matching(reference), opened.listings(), opened.place
    going_on = [listing.record.study_id for listing in everything if _is_under_way(store, listing.record)]
    chosen = next((listing for listing in found if listing.record.study_id in going_on), found[0])
    others = [
        listing.record
        for listing in everything
        if listing.record.study_id in going_on and listing.record != chosen.record
    ]
    return Watched(
        listing=chosen, bulletins=bulletins(store, chosen.record), others=tuple(others), place=place
    )


def all_watched(*, store: str | Path = DEFAULT_STORE) -> tuple[Watched, ...]:
    """Return every study in the store with its progress, the one run last first.

    Raises:
        StoreError: There is no such store.
    """
    with Store.read(store) as opened:
        found, place = opened.listings(), opened.place
    return tuple(
        Watched(listing=listing, bulletins=bulletins(store, listing.record), others=(), place=place)
        for listing in found
    )


def doctor() -> Examination:
    """Examine this machine: versions, backend, device, SQLite, and JAX's arithmetic against NumPy's where Keras runs on JAX.

    Raises:
        BackendError: Keras runs on a backend that trains nothing.
    """
    check_backend()
    return examine()


def listings(*, store: str | Path = DEFAULT_STORE) -> tuple[StudyListing, ...]:
    """Return the studies in the store, the one run last first.

    Raises:
        StoreError: There is no such store.
    """
    with Store.read(store) as opened:
        return opened.listings()


def kept_weights(study: StudyRecord, *, store: str | Path = DEFAULT_STORE) -> KeptWeights:
    """Return how much space the weights of a stored study's runs take, and where.

    Raises:
        StoreError: There is no such store.
    """
    with Store.read(store) as opened:
        found = next(
            (listing for listing in opened.listings() if listing.record.study_id == study.study_id), None
        )
    runs, size = (found.weighed, found.weights_bytes) if found else (0, 0)
    return KeptWeights(runs=runs, size=size, folder=Weights.beside(store).folder)


def _is_under_way(store: str | Path, study: StudyRecord) -> bool:
    bulletin = bulletins(store, study).read()
    return bulletin is not None and bulletin.under_way(time.time())

"""The commands that only read: `audit`, `show`, `ls`, `doctor`."""

import sys
from typing import Annotated, Any

import msgspec
from cyclopts import Parameter
from rich import box
from rich.table import Table
from rich.text import Text

from paribus.cli._options import DEFAULT_STORE, Json, Store, prepared, result_console, stored_name

EXIT_BROKEN = 1


def audit(
    study: str, /, *, json: Json = False, strict: Annotated[bool, Parameter(negative="")] = False
) -> int:
    """Say what a study compares, and what speaks against the comparison. Trains nothing.

    Every arm's layers with their output shapes, parameters, multiply-adds and receptive fields; for every contrast what differs
    between its arms and what is equal; and findings: `unfair` breaks the comparison, `caution` limits it, `note` is to be known.

    Args:
        study: Built-in name, file.py, or file.py:name.
        strict: Exit with 1 if a finding is `unfair`.
    """
    from paribus import lab, studies
    from paribus.executors import Processes
    from paribus.progress import Lines
    from paribus.records import Severity
    from paribus.report import audit_terminal

    processes = prepared(Processes())
    progress = Lines(lambda line: print(line, file=sys.stderr, flush=True))  # noqa: T201 -- as it happens
    audited = lab.audit(studies.study(study), executor=processes, watcher=progress)
    if json:
        _print_json({"study": audited.study, "seeds": audited.seeds, "certificates": audited.certificates})
    else:
        result_console().print(audit_terminal(audited.study), highlight=False)
    unfair = any(finding.severity is Severity.UNFAIR for finding in audited.findings)
    return EXIT_BROKEN if audited.unbuilt or (strict and unfair) else 0


def show(
    study: str | None = None,
    /,
    *,
    examples: Annotated[bool, Parameter(negative="")] = False,
    store: Store = DEFAULT_STORE,
    json: Json = False,
) -> int:
    """Print a stored study's result; nothing is trained, and Keras is not needed.

    Args:
        study: Name or id of a stored study, or its file; the one run last by default.
        examples: Say instead where arms disagree: on which classes, on which test examples, and the two models of every seed.
    """
    from paribus import lab
    from paribus.report import disagreement_terminal, terminal

    result = lab.show(stored_name(study), store=store)
    if json:
        return _print_json({"analysis": result.analysis, "looks": result.looks, "runs": result.records})
    console = result_console()
    if examples:
        for contrast in result.analysis.contrasts:
            console.print(disagreement_terminal(contrast), highlight=False)
    else:
        console.print(terminal(result.analysis), highlight=False)
        if (kept := lab.kept_weights(result.analysis.study, store=store)).runs:
            told = f"Weights of {kept.runs} runs are kept in {kept.folder}: {_megabytes(kept.size)}."
            console.print(Text(told, style="dim"))
    return 0


def ls(*, store: Store = DEFAULT_STORE, json: Json = False) -> int:
    """List the stored studies, and the built-in ones."""
    from paribus import lab, studies
    from paribus.errors import StoreError

    try:
        stored, absence = lab.listings(store=store), ""
    except StoreError as error:
        if "://" in store or not str(error).startswith("there is no store"):
            raise
        stored, absence = (), str(error)
    if json:
        return _print_json({"stored": stored, "built_in": studies.names()})
    console = result_console()
    if stored:
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
        for title in ("id", "study", "arms", "runs", "weights", "last run"):
            table.add_column(title)
        for listing in stored:
            name = (
                f"{listing.record.name} (a quick look, not evidence)"
                if listing.record.quick
                else listing.record.name
            )
            arms = ", ".join(arm.name for arm in listing.record.arms)
            runs = f"{listing.ended} of {listing.planned}"
            last = listing.last_run_at[:19].replace("T", " ")
            weights = _megabytes(listing.weights_bytes) if listing.weighed else "none"
            table.add_row(*map(Text, (listing.record.study_id, name, arms, runs, weights, last)))
        console.print(table)
    else:
        console.print(absence or f"{store} holds no study yet.", highlight=False, markup=False)
    console.print(f"built in: {', '.join(studies.names())}", highlight=False, markup=False)
    return 0


def doctor(*, json: Json = False) -> int:
    """Say what paribus runs on, and whether its arithmetic can be trusted. Exit code 1 if not."""
    from paribus import lab

    examination = lab.doctor()
    if json:
        _print_json(examination)
        return 0 if examination.healthy else EXIT_BROKEN
    console = result_console()
    table = Table(box=None, pad_edge=False, show_header=False)
    for name, value in examination.facts.items():
        table.add_row(Text(name, style="bold"), value)
    console.print(table, highlight=False)
    console.print()
    for check in examination.checks:
        mark = Text("ok    ", style="green") if check.passed else Text("WRONG ", style="bold red")
        console.print(mark + Text(f"{check.name}: {check.detail}"))
    return 0 if examination.healthy else EXIT_BROKEN


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"


def _print_json(value: Any) -> int:
    encoded = msgspec.json.format(msgspec.json.encode(value, enc_hook=str), indent=2)
    sys.stdout.write(encoded.decode() + "\n")
    return 0

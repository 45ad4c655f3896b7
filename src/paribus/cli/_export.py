"""The command that hands a study to other programs: `export`."""

from typing import Annotated, Literal

from cyclopts import Parameter

from paribus.cli._options import DEFAULT_STORE, Store, result_console, stored_name
from paribus.cli._say import say

Format = Literal["csv", "json", "parquet", "mlflow", "tensorboard"]
TableName = Literal["runs", "epochs", "contrasts", "differences"]


def export(
    study: str | None = None,
    /,
    *,
    to: Format,
    output: Annotated[str | None, Parameter(name=["--output", "-o"])] = None,
    table: TableName | None = None,
    store: Store = DEFAULT_STORE,
) -> int:
    """Hand a stored study to spreadsheets, data frames, MLflow or TensorBoard; nothing is trained, and Keras is not needed.

    - `csv`: a folder of tables (`runs.csv`, `epochs.csv`, `contrasts.csv`, `differences.csv`), and what their columns mean in `datapackage.json`; or one
      table in one file. Text that a spreadsheet would take for a formula has an apostrophe in front.
    - `json`: everything in one document, with what columns mean and what limits the result.
    - `parquet`: as `csv`, with types (`paribus[parquet]`).
    - `mlflow`: an experiment with a run per arm and, nested in it, one per seed (`paribus[mlflow]`; the pages to look at them are in the full `mlflow`). Again, it
      adds only what is new.
    - `tensorboard`: a folder per arm and seed (`paribus[tensorboard]`).

    Failed runs are there with their reason, planned ones that have not ended are rows of `runs`, too; what is undefined is empty, never 0. Files are there whole or not at all,
    and nothing is replaced that no export wrote.

    For example:

    - `paribus export convolution --to csv` writes the folder `convolution-csv`.
    - `paribus export convolution --to csv -o scores.csv` writes the table `runs` into that file.
    - `paribus export convolution --to parquet --table epochs` writes `convolution-epochs.parquet`.
    - `paribus export convolution --to mlflow -o http://localhost:5000` writes into that server.

    Args:
        study: Name or id of a stored study, or its file; the one run last by default.
        to: As what.
        output: The folder, or the file. Of `csv` and `parquet`, a name with that ending is one file. Of `mlflow`, a URI, a SQLite file or its
            folder; by default what MLFLOW_TRACKING_URI says, else mlflow.db. Otherwise, by default, the study's name in the working folder.
        table: This one alone, in one file; `runs` where only -o names a file.
    """
    from paribus import lab

    written = lab.show(stored_name(study), store=store).export(to, output, table=table)
    console = result_console()
    say(console, f"{written.place}: {written.contents}.")
    if written.command:
        say(console, f"  {written.command}")
    return 0

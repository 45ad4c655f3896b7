"""A contestant's own process: takes commands from standard input and answers on standard output."""

import json
import os
import sys

from epochs import Order, serve


def main() -> None:
    """Serve the order that the one argument holds; nothing else is printed on standard output."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    serve(
        Order(**json.loads(sys.argv[1])),
        iter(sys.stdin.readline, ""),
        lambda answer: print(json.dumps(answer), file=answers, flush=True),
    )


if __name__ == "__main__":
    main()

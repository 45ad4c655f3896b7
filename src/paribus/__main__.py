"""`python -m paribus` is `paribus`."""

from paribus.cli import main

main()

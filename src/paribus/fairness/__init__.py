"""What is not equal, and what a number does not mean: certificates and findings, from plain records and arrays."""

from paribus.fairness._after import after_training
from paribus.fairness._before import before_training
from paribus.fairness._certificate import (
    Certificate,
    Comparison,
    Standing,
    binary_size,
    certificate,
    certificate_findings,
)
from paribus.fairness._concede import conceded, ranked
from paribus.fairness._shared import certificates
from paribus.fairness._words import counted

__all__ = [
    "Certificate",
    "Comparison",
    "Standing",
    "after_training",
    "before_training",
    "binary_size",
    "certificate",
    "certificate_findings",
    "certificates",
    "conceded",
    "counted",
    "ranked",
]

"""Quantitative claims of others, each held against the record, the map or the model.

A claims file holds statements in plain words, who made each, and the check it calls for. A check
gives a verdict: supported, partly, contradicted or not checkable. A check of the model compares
scenarios run by run; while they have not been run its verdict is ``needs the model``.
"""

from corredor.claims.finding import Finding
from corredor.claims.scenarios import Results
from corredor.claims.verdicts import (
    Claim,
    Verdict,
    check_claims,
    judge,
    load_claims,
    load_file,
    scenarios_of,
)

__all__ = [
    "Claim",
    "Finding",
    "Results",
    "Verdict",
    "check_claims",
    "judge",
    "load_claims",
    "load_file",
    "scenarios_of",
]

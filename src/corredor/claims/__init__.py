"""Quantitative claims of others, each held against the record or the map, with its numbers.

A claims file holds statements in plain words, who made each, and the check it calls for. A check
gives a verdict: supported, partly, contradicted or not checkable. What only a pair of simulated
scenarios could tell is marked ``needs the model``.
"""

from corredor.claims.finding import Finding
from corredor.claims.verdicts import Claim, Verdict, check_claims, load_claims

__all__ = ["Claim", "Finding", "Verdict", "check_claims", "load_claims"]

"""The verdicts on a file of claims, as a page to read or to print."""

from corredor.show.claims.page import build
from corredor.show.claims.words import claims_words, interval, quantity

__all__ = ["build", "claims_words", "interval", "quantity"]

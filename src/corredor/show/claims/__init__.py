"""The verdicts on a file of claims, as a page to read or to print."""

from corredor.show.claims.page import build, save
from corredor.show.claims.words import LANGUAGES, claims_words, interval, quantity

__all__ = ["LANGUAGES", "build", "claims_words", "interval", "quantity", "save"]

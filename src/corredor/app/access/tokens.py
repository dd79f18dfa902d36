"""Tokens: long random words that let in whoever knows them."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets

from corredor.errors import UsageError

VARIABLE = "CORREDOR_TOKEN"
SHORTEST, LONGEST = 16, 200
_TOKEN = re.compile(rf"^[A-Za-z0-9_-]{{{SHORTEST},{LONGEST}}}$")


def new_token() -> str:
    """Return a token that nobody can guess."""
    return secrets.token_hex(24)


def checked_token(token: str) -> str:
    """Return a token that somebody chose, if it can stand in an address and is long enough.

    Raises
    ------
    UsageError
        If it cannot, or is not.
    """
    if not _TOKEN.match(token):
        raise UsageError(
            f"token: expected {SHORTEST} to {LONGEST} letters (a to z), digits, - or _. Without "
            f"--token and {VARIABLE} Corredor makes one."
        )
    return token


def hashed(token: str) -> str:
    """Return what may be kept of a token: who reads it cannot tell the token.

    A token is random and long, so that a plain hash cannot be undone by trying; see `checked_token`
    for those that are chosen, which are never kept.
    """
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def same(one: str, other: str) -> bool:
    """Tell whether two hashes are the same, in a time that does not say how alike they are."""
    return hmac.compare_digest(one, other)

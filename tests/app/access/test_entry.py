"""Which names the app answers to, and what it asks of those who come."""

from __future__ import annotations

import socket

import pytest

from corredor.app.access.entry import Entry
from corredor.errors import UsageError

TOKEN = "a-token-for-the-tests"
PUBLIC = "https://corredor.example.org"


@pytest.mark.parametrize(
    ("entry", "host", "known"),
    [
        (Entry(8765), "127.0.0.1:8765", True),
        (Entry(8765), "localhost:8765", True),
        (Entry(8765), "[::1]:8765", True),
        (Entry(8765), "127.0.0.1:8766", False),
        (Entry(8765), "127.0.0.1", False),
        (Entry(8765), "192.168.1.5:8765", False),
        (Entry(8765), "evil.example:8765", False),
        (Entry(8765), "", False),
        (Entry(8765, "192.168.1.5", TOKEN), "192.168.1.5:8765", True),
        (Entry(8765, "192.168.1.5", TOKEN), "192.168.1.6:8765", False),
        (Entry(8765, "Office", TOKEN), "office:8765", True),
        (Entry(8765, "fe80::1", TOKEN), "[fe80::1]:8765", True),
        (Entry(8765, "0.0.0.0", TOKEN), "192.168.1.6:8765", True),
        (Entry(8765, "0.0.0.0", TOKEN), f"{socket.gethostname()}:8765", True),
        (Entry(8765, "0.0.0.0", TOKEN), "evil.example:8765", False),
        (Entry(8765, "::", TOKEN), "[fe80::1]:8765", True),
        (Entry(8765, token=TOKEN, public=PUBLIC), "corredor.example.org", True),
        (Entry(8765, token=TOKEN, public=PUBLIC), "127.0.0.1:8765", True),
        (Entry(8765, token=TOKEN, public=PUBLIC), "corredor.example.com", False),
    ],
)
def test_names(entry: Entry, host: str, known: bool) -> None:
    assert entry.answers_to(host) is known
    assert entry.comes_from(f"http://{host}") is (known and host != "corredor.example.org")


def test_pages_behind_a_proxy_come_from_its_address() -> None:
    entry = Entry(8765, token=TOKEN, public=f"{PUBLIC}/")
    assert entry.comes_from(PUBLIC)
    assert not entry.comes_from(PUBLIC.replace("https", "http"))
    assert (entry.link, entry.secure) == (f"{PUBLIC}/?token={TOKEN}", True)


@pytest.mark.parametrize(
    ("host", "link"),
    [("127.0.0.1", f"http://127.0.0.1:8765/?token={TOKEN}"),
     ("::1", f"http://[::1]:8765/?token={TOKEN}"),
     ("0.0.0.0", f"http://{socket.gethostname().lower()}:8765/?token={TOKEN}")],
)  # fmt: skip
def test_the_address_that_is_shown(host: str, link: str) -> None:
    assert Entry(8765, host, TOKEN).link == link


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "office"])
def test_others_are_always_asked_for_a_token(host: str) -> None:
    with pytest.raises(UsageError, match="token"):
        Entry(8765, host)


@pytest.mark.parametrize(
    "public", ["x", "ftp://a.b", "https://", "https://a.b/c", "https://a.b?c=d", "https://u@a.b",
               "https://a.b:x", "javascript:alert(1)"],
)  # fmt: skip
def test_an_address_that_is_none_is_refused(public: str) -> None:
    with pytest.raises(UsageError, match="address"):
        Entry(8765, token=TOKEN, public=public)

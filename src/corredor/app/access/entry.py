"""Where the app is served, under which names, and what it asks of those who come."""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from corredor.errors import UsageError

LOOPBACK = "127.0.0.1"
OWN_NAMES = ("127.0.0.1", "localhost", "[::1]")


@dataclass(frozen=True)
class Entry:
    """How one comes in.

    Attributes
    ----------
    port : int
        Under which the app listens.
    host : str
        Address or name of this computer at which it listens; others reach it where that is not its
        own loopback address.
    token : str
        What the owner shows to come in; empty where nobody is asked.
    public : str
        The address by which others reach it where that is another, such as that of a proxy:
        ``https://corredor.example.org``.
    """

    port: int
    host: str = LOOPBACK
    token: str = ""
    public: str = ""

    def __post_init__(self) -> None:
        if not self.token and not (is_loopback(self.host) and not self.public):
            raise UsageError(
                "token: an app that others can reach asks for one; leave out --no-token, or --host "
                "and --address."
            )
        if self.public and not _is_address(self.public):
            raise UsageError(
                f"address: expected one such as https://corredor.example.org; found {self.public}."
            )

    @property
    def address(self) -> str:
        """The address that the owner opens, without the token."""
        if self.public:
            return self.public.rstrip("/")
        return f"http://{bracketed(self._name())}:{self.port}"

    @property
    def link(self) -> str:
        """The address that lets the owner in."""
        return f"{self.address}/?token={self.token}" if self.token else self.address

    @property
    def secure(self) -> bool:
        """Whether others reach it over TLS only."""
        return self.public.startswith("https:")

    @property
    def cookie(self) -> str:
        """The cookie's name; a browser tells apps on one computer apart by nothing else."""
        return f"corredor-{self.port}"

    def answers_to(self, host: str) -> bool:
        """Tell whether a ``Host`` is one of the app's own.

        A site that binds its name to this computer's address would make a browser ask here under
        that name. An address in numbers is no such name.
        """
        return bool(self.public and host == urlsplit(self.public).netloc) or self._listens(host)

    def comes_from(self, origin: str) -> bool:
        """Tell whether an ``Origin`` is one of the app's own pages."""
        scheme, _, host = origin.partition("://")
        here = scheme == "http" and self._listens(host)
        return here or bool(self.public and origin == self.address)

    def _listens(self, host: str) -> bool:
        """Tell whether a host with its port is where the app itself listens."""
        name, _, port = host.rpartition(":")
        if port != str(self.port):
            return False
        known = {*OWN_NAMES, bracketed(self.host)}
        if is_any(self.host):
            return name.lower() in {*known, socket.gethostname().lower()} or _is_number(name)
        return name.lower() in known

    def _name(self) -> str:
        return socket.gethostname() if is_any(self.host) else self.host


def is_loopback(host: str) -> bool:
    """Tell whether only this computer reaches an address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def is_any(host: str) -> bool:
    """Tell whether an address stands for all that this computer has."""
    try:
        return ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return False


def bracketed(host: str) -> str:
    """Return a host as it stands in an address."""
    return f"[{host}]" if ":" in host else host.lower()


def _is_number(name: str) -> bool:
    try:
        ipaddress.ip_address(name.removeprefix("[").removesuffix("]"))
    except ValueError:
        return False
    return True


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        port_is_one = parts.port is None or parts.port > 0
    except ValueError:
        return False
    plain = not (parts.query or parts.fragment or parts.username or parts.path.strip("/"))
    known = parts.scheme in ("http", "https") and text.startswith(f"{parts.scheme}://")
    return bool(known and parts.hostname and plain and port_is_one)

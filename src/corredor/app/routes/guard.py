"""Keep other sites and other computers out: who may ask, how much, and what the page may load."""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from corredor.app.access.entry import Entry

LARGEST_BODY = 64 * 1024
ELSEWHERE = "The request comes from another site. La solicitud viene de otro sitio."
READING = ("GET", "HEAD")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
    "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class Guard:
    """Refuse what does not come from the app's own page; put the security headers on answers.

    A page of another site may make the browser send requests here. Its requests carry another
    ``Origin``, or the other site's name as ``Host`` where the name was bound to this computer. A
    link on another site may lead here: what it opens is the page, which that site cannot read.
    """

    def __init__(self, app: ASGIApp, entry: Entry) -> None:
        self.app, self.entry = app, entry

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        refusal = self._refusal(str(scope["method"]), str(scope["path"]), Headers(scope=scope))
        if refusal:
            status, detail = refusal
            answer = JSONResponse({"detail": detail}, status_code=status)
            await answer(scope, receive, send_with_headers)
        else:
            await self.app(scope, receive, send_with_headers)

    def _refusal(self, method: str, path: str, headers: Headers) -> tuple[int, str] | None:
        if not self.entry.answers_to(headers.get("host", "")):
            return 421, (
                "Corredor answers under its own address only. "
                "Corredor solo responde en su propia dirección."
            )
        origin = headers.get("origin")
        if origin is not None and not self.entry.comes_from(origin):
            return 403, ELSEWHERE
        if from_elsewhere(headers) and not (method == "GET" and path == "/" and _opens(headers)):
            return 403, ELSEWHERE
        if "transfer-encoding" in headers:
            return 411, "A request must say how long it is."
        length = headers.get("content-length", "0")
        if not length.isascii() or not length.isdigit() or int(length[:12]) > LARGEST_BODY:
            return 413, f"A request may hold {LARGEST_BODY} bytes at most."
        if method not in READING and int(length) and not _is_json(headers):
            return 415, "A request must be JSON."
        return None


def from_elsewhere(headers: Headers) -> bool:
    """Tell whether a page of another site made the browser ask."""
    return headers.get("sec-fetch-site", "none") not in ("same-origin", "none")


def _opens(headers: Headers) -> bool:
    """Tell whether the browser opens what it asks for as a page of its own, in no frame."""
    return (headers.get("sec-fetch-mode"), headers.get("sec-fetch-dest")) == (
        "navigate",
        "document",
    )


def _is_json(headers: Headers) -> bool:
    return headers.get("content-type", "").partition(";")[0].strip() == "application/json"

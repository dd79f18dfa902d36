"""Let in those who know a token, and tell the others how to come in."""

from __future__ import annotations

from html import escape
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs, urlencode

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from corredor.app.access.entry import Entry
from corredor.app.access.house import OWNER, House
from corredor.app.access.tokens import LONGEST
from corredor.app.routes.guard import from_elsewhere
from corredor.text.language import LANGUAGES, page_words

WHO = "corredor.who"  # in the scope of a request: the name of the person who asks
FREE = ("/app.css", "/icon.svg")  # what the page without a token looks like; they hold no data
PAGE = "/"


class Door:
    """Ask everybody for a token: in the address, once, then in a cookie; programs in a header.

    The cookie is of no use to scripts (``HttpOnly``) and to other sites (``SameSite=Strict``). As a
    browser does not send it when another site has led it here, such a visit is answered with a page
    that opens the app once more, from here.
    """

    def __init__(self, app: ASGIApp, entry: Entry, house: House) -> None:
        self.app, self.entry, self.house = app, entry, house

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in, or tell how to come in."""
        if scope["type"] != "http" or scope["path"] in FREE:
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        asked = parse_qs(scope["query_string"].decode("latin-1")) if scope["path"] == PAGE else {}
        shown = asked.pop("token", [None])[-1]
        given = shown if shown is not None else self._brought(headers)
        who = OWNER if self.house.open else await self._whose(given)
        answer: ASGIApp = self.app
        if shown is not None and who is not None:
            answer = self._greeting(shown, PAGE + (f"?{urlencode(asked, True)}" if asked else ""),
                                    by_link=_led_here(headers))  # fmt: skip
        elif who is None and from_elsewhere(headers) and shown is None:
            answer = _once_more(PAGE)
        elif who is None:
            answer = _refusal(scope, wrong=bool(given))
        scope[WHO] = who
        await answer(scope, receive, send)

    async def _whose(self, token: str | None) -> str | None:
        if not token or len(token) > LONGEST:
            return None
        return await run_in_threadpool(self.house.whose, token)

    def _brought(self, headers: Headers) -> str | None:
        """Return the token that a request carries in its header or cookie."""
        scheme, _, token = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            return token.strip()
        try:
            cookie = SimpleCookie(headers.get("cookie", "")).get(self.entry.cookie)
        except CookieError:
            return None
        return cookie.value if cookie else None

    def _greeting(self, token: str, target: str, *, by_link: bool) -> Response:
        """Give the cookie, and open the page under an address that shows no token."""
        answer = _once_more(target) if by_link else RedirectResponse(target, 303)
        if not self.house.open:
            answer.set_cookie(
                self.entry.cookie, token, httponly=True, samesite="strict", path="/",
                secure=self.entry.secure,
            )  # fmt: skip
        return answer


def _led_here(headers: Headers) -> bool:
    """Tell whether another site may have led a browser here: over plain HTTP it does not say."""
    said = "sec-fetch-site" in headers
    return from_elsewhere(headers) if said else "text/html" in headers.get("accept", "")


def _once_more(target: str) -> Response:
    """Return a page that opens the app from here, so that the browser brings its cookie."""
    told = escape(target, quote=True)
    return HTMLResponse(
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Corredor</title>'
        f'<meta http-equiv="refresh" content="0;url={told}"><a href="{told}">Corredor</a></html>'
    )


def _refusal(scope: Scope, *, wrong: bool) -> Response:
    """Say in both languages that a token is missing, or that this is none."""
    headers = {"WWW-Authenticate": 'Bearer realm="Corredor"'}
    texts = {language: page_words("app", language)["door"] for language in LANGUAGES}
    said = "wrong" if wrong else "missing"
    if scope["path"] != PAGE:
        detail = " ".join(texts[language][said] for language in LANGUAGES)
        return JSONResponse({"detail": detail}, status_code=401, headers=headers)
    sections = "".join(
        f'<section lang="{language}"><h2>{escape(text["heading"])}</h2>'
        f"<p>{escape(text[said])}</p><p>{escape(text['how'])}</p>"
        f'<form action="/" method="get"><label for="token-{language}">{escape(text["token"])}'
        f'</label><input id="token-{language}" name="token" type="password" required '
        f'maxlength="{LONGEST}" autocomplete="off"><button class="main" type="submit">'
        f"{escape(text['enter'])}</button></form></section>"
        for language, text in texts.items()
    )
    return HTMLResponse(
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<title>Corredor</title><link rel="icon" href="icon.svg" type="image/svg+xml">'
        '<link rel="stylesheet" href="app.css"></head><body class="door"><header><div class="top">'
        '<h1><img src="icon.svg" alt="" width="28" height="28"> Corredor</h1></div></header>'
        f"<main>{sections}</main></body></html>",
        status_code=401, headers=headers,
    )  # fmt: skip

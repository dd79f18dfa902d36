"""The language in which reports, charts and maps speak: English, unless ``speaking`` says another.

Every text that people read stands in ``text/en.toml`` and, under the same key, in
``text/es.toml``. To add a sentence:

1. Write it in both files under the same key, with the same names in braces. Order, gender and
   agreement are matters of the text: give a whole sentence, never pieces to be joined by code.
   Where the number decides the form, give the forms ``one`` and ``other`` and use ``counted``.
2. Use it: ``words()["section"]["key"].format(number=...)`` in code, ``w.section.key`` in the
   template. The same code then speaks both languages.

The report of the study has texts of its own in ``study/text``, over these (``words_with``).

A world may say texts in words of its own: ``text/en.toml`` in its folder, and so on, has the keys
that it says otherwise than the file of that name here. They are spoken inside ``in_words_of``.

Texts that belong to the project's tables (what a lever does, why a prior is wide, notes of the
record) stay there, in English. ``translated`` finds their Spanish in ``text/es_tables.toml``, here
or of a world, by the English text itself: who changes the one is told by a test to look at the
other.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any

from corredor.inputs import shipped

LANGUAGES = ("en", "es")
TEXTS = Path(__file__).parent
NO_BREAK = "\u00a0"
_spoken: ContextVar[str] = ContextVar("language", default=LANGUAGES[0])
_own: ContextVar[Path | None] = ContextVar("own texts", default=None)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak another language inside a ``with`` block; ``language`` is one of ``LANGUAGES``."""
    before = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(before)


@contextmanager
def in_words_of(world: Path | None) -> Iterator[None]:
    """Use the words of a world's own folder inside a ``with`` block; of none if it is None."""
    before = _own.set(world / TEXTS.name if world else None)
    try:
        yield
    finally:
        _own.reset(before)


def spoken() -> str:
    """Return the language spoken now."""
    return _spoken.get()


def words(language: str | None = None) -> dict[str, Any]:
    """Return every text by section and key, in the language named or the one spoken now."""
    return _read(language or spoken())


def words_with(folder: Path, language: str | None = None) -> dict[str, Any]:
    """Return every text as :func:`words` does, with those of a folder in the place of some."""
    return _over(words(language), _of_file(folder / f"{language or spoken()}.toml"))


def page_words(page: str, language: str | None = None) -> dict[str, Any]:
    """Return every text of a page that has files of its own, such as ``needs.en.toml``."""
    return _read(f"{page}.{language or spoken()}")


def counted(forms: Mapping[str, str], number: float, **others: object) -> str:
    """Return the form of a text that fits a number, filled in; ``number`` may be named in it."""
    return forms["one" if number == 1 else "other"].format(number=number, **others)


def translated(text: str) -> str:
    """Return a text of the project's tables in the language spoken now.

    One that has no translation stays in English, and says so.
    """
    if spoken() == LANGUAGES[0] or not text:
        return text
    return tables().get(text) or str(words()["title"]["untranslated"]).format(text=text)


def named(name: str) -> str:
    """Return a name or unit in the language spoken now; most names are the same in all."""
    return name if spoken() == LANGUAGES[0] else tables().get(name, name)


def ids_by_name(names: Mapping[str, str]) -> dict[str, str]:
    """Return the id that each name stands for, in every language, from the names by id."""
    return {said: key for key, name in names.items() for said in (name, tables().get(name, name))}


def month(text: str) -> str:
    """Write ``2024-01`` as ``January 2024``."""
    year, number = text.split("-")[:2]
    return _dated("month", year=year, month=words()["months"][int(number) - 1])


def date(text: str) -> str:
    """Write ``2024-01-15`` as ``15 January 2024``."""
    year, number, day = text.split("-")
    return _dated("day", year=year, month=words()["months"][int(number) - 1], day=int(day))


def _dated(form: str, **parts: object) -> str:
    return str(words()["writing"][form].format(**parts).replace(" ", NO_BREAK))


def tables() -> dict[str, str]:
    """Return the translations of texts of tables by the English.

    Here, of the worlds that ship, and of the world in whose words is spoken, which goes first.
    """
    return _tables(_own.get())


@cache
def _tables(own: Path | None) -> dict[str, str]:
    worlds = sorted(shipped.folder("worlds").iterdir())
    folders = (TEXTS, *(world / TEXTS.name for world in worlds), *((own,) if own else ()))
    found: dict[str, str] = {}
    for folder in folders:
        found |= _of_file(folder / "es_tables.toml")
    return found


def _read(name: str) -> dict[str, Any]:
    """Return the texts of a file, with those that the world spoken of says otherwise."""
    own = _own.get()
    return _over(_of_file(TEXTS / f"{name}.toml"), _of_file(own / f"{name}.toml") if own else {})


def _over(texts: dict[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Return texts by section and key with others in the place of some; neither is changed."""
    return texts | {
        key: _over(texts[key], text) if isinstance(texts.get(key), dict) else text
        for key, text in own.items()
    }


@cache
def _of_file(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}

"""Write the report and its numbers, whole or not at all, in the place of an earlier report."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from corredor.errors import OutputError
from corredor.inputs.whole_files import (
    entry_to_disk,
    hidden_folder,
    make_folders,
    refuse_unwritable,
    to_disk,
)
from corredor.study.report.document import document
from corredor.study.report.page import PAGES, build
from corredor.study.run import Study
from corredor.text.language import LANGUAGES, speaking

NUMBERS = "study.json"
MARK, MARK_WITHIN = b"Corredor", 2000  # stands near the start of every file that we write


def write(study: Study, folder: Path, language: str = LANGUAGES[0]) -> Path:
    """Write ``study.json`` and the report in every language; return the path of one report.

    Running is what takes time, so every language is written, and each page links to the others.
    Nothing is changed if drawing or writing fails or is interrupted.

    Parameters
    ----------
    study : Study
        What ``corredor.study.run.run_study`` gives.
    folder : Path
        Where to write; made if it is not there.
    language : str
        Whose page is returned, one of ``corredor.text.language.LANGUAGES``.

    Raises
    ------
    OutputError
        If the folder cannot be written, or holds files of those names that are not ours.
    """
    refuse_foreign(folder)
    numbers = json.dumps(document(study), ensure_ascii=False, indent=1, allow_nan=False)
    put(folder, {NUMBERS: numbers, **_pages(study)})
    return folder / PAGES[language]


def put(folder: Path, contents: Mapping[str, str]) -> None:
    """Write files of a report by name, all of them or none, in the place of an earlier report.

    Raises
    ------
    OutputError
        If the folder cannot be written, or holds files of those names that are not ours.
    """
    refuse_foreign(folder)
    try:
        make_folders(folder)
        with hidden_folder(folder) as holder:
            for name, content in contents.items():
                (holder / name).write_text(content, encoding="utf-8")
            to_disk(holder)
            for name in contents:
                (holder / name).replace(folder / name)
            entry_to_disk(folder)
    except OSError as error:
        raise OutputError(f"{folder}: cannot be written: {error.strerror or error}.") from error


def _pages(study: Study) -> dict[str, str]:
    """Return the report in every language, by file name."""
    pages = {}
    for language, name in PAGES.items():
        with speaking(language):
            pages[name] = build(study)
    return pages


def refuse_foreign(folder: Path) -> None:
    """Raise OutputError if a report cannot go to ``folder``, before any time is spent.

    An earlier report may be replaced; a file of the same name from elsewhere may not.
    """
    if folder.exists() and not folder.is_dir():
        raise OutputError(f"{folder}: is a file; the report needs a folder.")
    refuse_unwritable(folder / NUMBERS)
    for path in (folder / name for name in (NUMBERS, *PAGES.values())):
        if path.is_dir() or (path.exists() and MARK not in path.read_bytes()[:MARK_WITHIN]):
            raise OutputError(
                f"{path}: stands there already and was not written by Corredor; "
                "choose another folder with --out."
            )

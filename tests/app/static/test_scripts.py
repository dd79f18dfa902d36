"""The parts of the page that need no browser: tables for spreadsheets, and long texts on lines."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import playwright
import pytest

from corredor.app.routes.server import STATIC
from corredor.inputs.spreadsheet import harmless

OF_PLAYWRIGHT = Path(playwright.__file__).parent / "driver" / "node"


@pytest.fixture(scope="module")
def node() -> str:
    """Give a program that runs JavaScript."""
    found = shutil.which("node") or (str(OF_PLAYWRIGHT) if OF_PLAYWRIGHT.exists() else None)
    if found is None:
        pytest.skip("No Node.js to run the page's scripts in, nor the one that Playwright brings")
    return found


def called(node: str, module: str, expression: str, given: Any) -> Any:
    """Evaluate an expression with what a module of the page exports as ``m``; ``given`` is JSON."""
    script = f"""
      import {{ readFileSync }} from "node:fs";
      const source = readFileSync({json.dumps(str(STATIC / module))}, "utf8");
      const m = await import("data:text/javascript," + encodeURIComponent(source));
      const given = JSON.parse(readFileSync(0, "utf8"));
      process.stdout.write(JSON.stringify({expression}));
    """
    command = [node, "--input-type=module", "-e", script]
    done = subprocess.run(command, input=json.dumps(given), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def csv(node: str, rows: list[list[Any]]) -> str:
    return str(called(node, "table.js", "m.csv(given)", rows))


def test_a_run_named_like_a_formula_is_text_and_numbers_stay_numbers(node: str) -> None:
    rows = [["=2+5", -5, 1.5, None, 'a "b", c'], ["-x", 0, "5", "a\nb", "ñ"]]
    assert csv(node, rows) == ('\ufeff\'=2+5,-5,1.5,,"a ""b"", c"\r\n\'-x,0,5,"a\nb",ñ\r\n')


STARTS = ("", "=", "+", "-", "@", "\t", " ", " =", "\t-", "\u00a0@", "＝", "−", "'", "a=", "5")
RESTS = ("", "2+5", "SUM(A1)", "Tapachula", "5 %", "=", "ñandú", "日本", "👩‍👩‍👧", "<b>x</b>")


def test_page_and_program_neutralise_the_same_texts(node: str) -> None:
    texts = [start + rest for start in STARTS for rest in RESTS]
    lines = csv(node, [[text] for text in texts]).removeprefix("\ufeff").split("\r\n")[:-1]
    assert lines == [harmless(text) for text in texts]


WIDE = "(text) => [...text].length"


def wrapped(node: str, text: str, most: int) -> list[str]:
    return list(called(node, "wrap.js", f"m.wrapped(given, {most}, {WIDE})", text))


def test_long_texts_are_wrapped_and_nothing_is_lost(node: str) -> None:
    assert wrapped(node, "People in the evening of 5 Nov 2023", 12) == [
        "People in", "the evening", "of 5 Nov", "2023",
    ]  # fmt: skip
    assert wrapped(node, f"Run {'W' * 25} ends", 10) == ["Run", "W" * 10, "W" * 10, "WWWWW ends"]
    assert wrapped(node, "", 10) == []


def test_what_does_not_fit_is_cut_visibly(node: str) -> None:
    cut = f"[m.cut(given, 8, {WIDE}), m.cut('short', 8, {WIDE})]"
    assert called(node, "wrap.js", cut, "a long name of a run") == ["a long…", "short"]

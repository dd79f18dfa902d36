"""The site of the documentation builds without a warning, and asks nothing of the internet."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHIM = ROOT / "node_modules" / "iframe-worker" / "shim" / "index.js"


@pytest.mark.slow
def test_the_site_builds_without_a_warning_and_stands_alone(tmp_path: Path) -> None:
    pytest.importorskip("mkdocs")
    if not SHIM.exists():
        pytest.skip("the packages of package-lock.json are not installed")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(tmp_path)]
    quiet = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}  # of the theme, about itself
    done = subprocess.run(command, cwd=ROOT, env=quiet, capture_output=True, text=True, check=False)
    assert done.returncode == 0 and "WARNING" not in done.stderr, done.stderr
    for page in tmp_path.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        fetched = re.findall(r"<(?:script|img|iframe)[^>]* src=\"?(https?:[^\" >]+)", text)
        fetched += re.findall(
            r"<link[^>]* rel=\"?stylesheet\"?[^>]* href=\"?(https?:[^\" >]+)", text
        )
        assert not fetched, (page, fetched)


def test_every_page_stands_in_the_navigation() -> None:
    listed = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    for page in (ROOT / "docs").rglob("*.md"):
        name = str(page.relative_to(ROOT / "docs"))
        generated = name.startswith("scenarios/")  # one a scenario, reached from scenarios.md
        assert generated or re.search(rf"[ :]{re.escape(name)}$", listed, re.MULTILINE), name

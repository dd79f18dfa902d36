"""Hooks of mkdocs: let the site search without the internet.

The plugin for sites that are opened as files asks a server on the internet for a small shim. It
comes with the site instead, from the npm package that package-lock.json names.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

ASKED = "https://unpkg.com/iframe-worker/shim"
SHIM = Path(__file__).parent.parent / "node_modules" / "iframe-worker" / "shim" / "index.js"
ASSET = "assets/javascripts/iframe-worker.js"


def on_post_page(output: str, page: Any, **_: Any) -> str:
    """Return a page that asks the site itself for the shim."""
    return output.replace(ASKED, "../" * page.url.count("/") + ASSET)


def on_post_template(output_content: str, **_: Any) -> str:
    """Return a page that is none of ours, such as that of a missing one, likewise."""
    return output_content.replace(ASKED, ASSET)


def on_post_build(config: Any, **_: Any) -> None:
    """Put the shim where pages ask for it."""
    target = Path(config["site_dir"]) / ASSET
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(SHIM, target)

"""List every dependency with its version, its licence and what brings it; ``make licences``.

Versions are those of the lock files, licences what each package says of itself where it is
installed. What a package needs on another system or Python is counted too, if it is locked.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import Distribution, distributions
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from scripts.write_reference import table_lines

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "licences.md"
WRITTEN_WITH = "3.11"
"""The Python whose packages the page tells the licences of: others may have other editions."""

ALLOWED = frozenset(
    {
        "0BSD", "Apache-2.0", "Apache-2.0 WITH LLVM-exception", "BSD", "BSD-2-Clause",
        "BSD-3-Clause", "CC0-1.0", "ISC", "MIT", "MIT-CMU", "MPL-2.0", "PSF-2.0", "Zlib",
    }
)  # fmt: skip
"""Licences that the core and the extras may have: permissive, or copyleft of single files."""

NOT_STATED, TEXT_ONLY = "not stated", "a text without a name"
NOT_HERE = "not installed here"

WORDS = {
    "2-clause BSD": "BSD-2-Clause",
    "Apache 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "Apache Software License 2.0": "Apache-2.0",
    "BSD 2-Clause License": "BSD-2-Clause",
    "BSD 3-Clause License": "BSD-3-Clause",
    "BSD License": "BSD",
    "GNU General Public License v3 or later (GPLv3+)": "GPL-3.0-or-later",
    "ISC License": "ISC",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}
"""How packages that state no SPDX expression name their licence, and the name in SPDX."""

ELSEWHERE = {
    "colorama": ("BSD-3-Clause", ("click", "tqdm", "typer")),  # Windows
    "msgspec": ("BSD-3-Clause", ("zarr",)),  # Python 3.12 and later
}
"""Locked packages that are not installed on every machine: licence, and what needs them."""

SECTIONS = {
    "core": ("The core", "Comes with a plain `pip install`."),
    "fit": ("The extra `fit`", "Comes besides with `corredor[fit]`."),
    "app": ("The extra `app`", "Comes besides with `corredor[app]`."),
    "cluster": ("The extra `cluster`", "Comes besides with `corredor[cluster]`."),
    "places": (
        "The extra `places`",
        "Comes besides with `corredor[places]`; the towns that it holds are those of GeoNames "
        "(CC BY 4.0).",
    ),
    "tools": (
        "Tools",
        "Only to build, test and check; nothing of it is part of Corredor or installed with it.",
    ),
    "site": (
        "The site of the documentation",
        "What the group `docs` adds to these tools, for `make docs`. What the site itself holds of "
        "others is Material for MkDocs (MIT) with its icons, and `iframe-worker` (MIT).",
    ),
}


@dataclass(frozen=True)
class Package:
    """A locked package.

    Attributes
    ----------
    name : str
        Canonical.
    versions : tuple of str
        One, or more where systems or Pythons have different ones.
    licence : str
        An SPDX expression, or the words that the package has for it.
    direct : bool
        Whether the project itself names it.
    """

    name: str
    versions: tuple[str, ...]
    licence: str
    direct: bool

    @property
    def allowed(self) -> bool:
        """Whether the core or an extra may need it."""
        return is_allowed(self.licence)


def is_allowed(licence: str) -> bool:
    """Return whether all parts of an SPDX expression are allowed, or all of one of its choices."""
    return any(
        all(part in ALLOWED for part in choice.split(" AND ")) for choice in licence.split(" OR ")
    )


def sections() -> dict[str, list[Package]]:
    """Return the packages by what brings them; one that two extras bring stands under both.

    Raises
    ------
    ValueError
        If a package that users get is locked, but nothing that is known of needs it.
    """
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras, groups = project["project"]["optional-dependencies"], project["dependency-groups"]
    named = {"core": project["project"]["dependencies"], **extras}
    locked, installed = versions("dev"), _installed()
    direct = {name: {canonicalize_name(Requirement(line).name) for line in lines}
              for name, lines in named.items()}  # fmt: skip
    brought = {name: _closure(wanted, installed, locked) for name, wanted in direct.items()}
    build = _closure(
        {canonicalize_name(Requirement(line).name) for line in groups["build"]}, installed, locked
    )
    lost = set(versions("run")) - build - set().union(*brought.values())
    if lost:
        raise ValueError(f"locked, but needed by nothing known (see ELSEWHERE): {sorted(lost)}")
    for extra in extras:
        brought[extra] -= brought["core"]
    brought["tools"] = set(locked) - set().union(*brought.values())
    direct["tools"] = {canonicalize_name(Requirement(line).name)
                       for line in [*groups["build"], *groups["dev"]]}  # fmt: skip
    of_site = versions("docs")
    brought["site"] = set(of_site) - set(locked)
    direct["site"] = {canonicalize_name(Requirement(line).name) for line in groups["docs"]}
    known = {**of_site, **locked}
    return {
        section: [
            Package(name, known[name], _licence(name, installed), name in direct[section])
            for name in sorted(brought[section])
        ]
        for section in SECTIONS
    }


def versions(lock: str) -> dict[str, tuple[str, ...]]:
    """Return the packages of a lock file by canonical name, with their versions."""
    text = (ROOT / "requirements" / f"{lock}.lock").read_text(encoding="utf-8")
    found: dict[str, list[str]] = {}
    for name, version in re.findall(r"^([\w.-]+)==([^\s;\\]+)", text, flags=re.MULTILINE):
        found.setdefault(canonicalize_name(name), []).append(version)
    return {name: tuple(dict.fromkeys(all_of)) for name, all_of in found.items()}


def _installed() -> dict[str, Distribution]:
    return {canonicalize_name(one.name): one for one in distributions()}


def _closure(
    wanted: Iterable[str], installed: Mapping[str, Distribution], locked: Mapping[str, object]
) -> set[str]:
    """Return packages and all that they need, whatever the system, as far as it is locked."""
    found: set[str] = set()
    ahead = [name for name in wanted if name in locked]
    while ahead:
        name = ahead.pop()
        if name not in found:
            found.add(name)
            ahead += [need for need in _needs(name, installed) if need in locked]
    return found


def _needs(name: str, installed: Mapping[str, Distribution]) -> Iterator[str]:
    for line in (installed[name].requires or []) if name in installed else []:
        need = Requirement(line)
        if "extra" not in str(need.marker or ""):  # the extras of others are not asked for
            yield canonicalize_name(need.name)
    yield from (other for other, (_, needed_by) in ELSEWHERE.items() if name in needed_by)


def _licence(name: str, installed: Mapping[str, Distribution]) -> str:
    if name in ELSEWHERE:
        return ELSEWHERE[name][0]
    return stated(installed[name]) if name in installed else NOT_HERE


def stated(package: Distribution) -> str:
    """Return the licence that a package states: an SPDX expression, its field, its classifiers."""
    metadata = package.metadata
    for expression in metadata.get_all("License-Expression") or []:
        return str(expression)
    field = "".join(metadata.get_all("License") or []).strip()
    field = WORDS.get(field, field)
    if is_allowed(field) and field != "BSD":  # a whole text, or "BSD" of any kind, tells less
        return field
    prefix = "License :: "
    classifiers = [line.rpartition(" :: ")[2] for line in metadata.get_all("Classifier") or []
                   if line.startswith(prefix)]  # fmt: skip
    named = [WORDS.get(words, words) for words in classifiers]
    if named or not field:
        return " AND ".join(named) or NOT_STATED
    return field if is_allowed(field) else TEXT_ONLY


def page() -> str:
    """Return the page."""
    lines = [
        "# Licences of all dependencies", "",
        f"Written by `make licences` with Python {WRITTEN_WITH} from the lock files and from what",
        "each package says of itself; where two versions stand, other Pythons get the other one.",
        "`make check-slow` fails if a package of the core or of an extra has a licence that is not",
        "among these, or if this page is out of date:",
        f"{', '.join(sorted(ALLOWED))} ([decision 13](decisions/0013-smoother-and-extras.md)).", "",
        "Wheels may bundle libraries under licences of their own (those of numpy and scipy:",
        "OpenBLAS and GCC's runtime, under its exception); their texts lie in each wheel. Packages",
        "in **bold** are named by Corredor itself, others by them. What benchmarks, fuzzing and",
        "audit add is not listed; licences of npm packages stand in `package-lock.json`.",
    ]  # fmt: skip
    for section, packages in sections().items():
        title, about = SECTIONS[section]
        rows = [
            (f"**{one.name}**" if one.direct else one.name, ", ".join(one.versions), one.licence)
            for one in packages
        ]
        heads = ("package", "version", "licence")
        lines += ["", f"## {title}", "", about, "", *table_lines(heads, rows)]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Write the page."""
    here = f"{sys.version_info.major}.{sys.version_info.minor}"
    if here != WRITTEN_WITH:
        print(f"The page is written with Python {WRITTEN_WITH}; this is {here}.", file=sys.stderr)
        return 2
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

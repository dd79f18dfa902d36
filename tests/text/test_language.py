"""Both languages say the same things, and no text of the project's tables lacks its Spanish."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from all_texts import texts

from corredor import claims, record
from corredor.checks import CHECKS
from corredor.claims.checks.effects import ORDER
from corredor.claims.scenarios import ModelCheck
from corredor.claims.verdicts import load_claims
from corredor.corridor.levers import known_levers
from corredor.corridor.priors import load_priors
from corredor.corridor.stocks import load_stocks
from corredor.corridor.world import load_world
from corredor.inputs import shipped as assets
from corredor.runs.targets import observed_series
from corredor.study.facts import record_facts
from corredor.text.language import (
    LANGUAGES,
    TEXTS,
    counted,
    in_words_of,
    named,
    page_words,
    speaking,
    spoken,
    tables,
    translated,
    words,
)


def holes(text: str) -> list[str]:
    return sorted(set(re.findall(r"\{[^}]*\}", text)))


def test_both_files_have_the_same_keys_in_the_same_order() -> None:
    english, spanish = (list(dict(texts(words(name)))) for name in LANGUAGES)
    assert english == spanish


def test_both_files_fill_in_the_same_numbers() -> None:
    english, spanish = (dict(texts(words(name))) for name in LANGUAGES)
    differing = {key for key, text in english.items() if holes(text) != holes(spanish[key])}
    assert not differing


@pytest.mark.parametrize("page", ["checks", "study"])
def test_a_page_of_words_has_the_same_keys_and_braces_in_both_languages(page: str) -> None:
    english, spanish = (dict(texts(page_words(page, name))) for name in LANGUAGES)
    assert list(english) == list(spanish)
    assert not {key for key, text in english.items() if holes(text) != holes(spanish[key])}


OWN = sorted(
    (folder, path.name.removesuffix(".en.toml").removesuffix("en.toml"))
    for folder in assets.folder("worlds").iterdir()
    for path in folder.glob("text/*en.toml")
)


@pytest.mark.parametrize(("world", "page"), [*OWN, (TEXTS.parent / "study", "")])
def test_a_world_says_the_same_in_both_languages(world: Path, page: str) -> None:
    names = [f"{page}.{name}" if page else name for name in LANGUAGES]
    english, spanish = (
        dict(texts(tomllib.loads((world / "text" / f"{name}.toml").read_text("utf-8"))))
        for name in names
    )
    assert set(english) == set(spanish)
    assert not {key for key, text in english.items() if holes(text) != holes(spanish[key])}


def test_the_words_of_a_world_are_spoken_inside_its_block() -> None:
    def encounters() -> str:
        return str(page_words("compare")["measure"]["encounters"]["name"])

    assert encounters() == "encounters at the border"
    with in_words_of(assets.folder("worlds") / "mexico"):
        assert encounters() == "encounters by the Border Patrol"
        assert page_words("compare")["measure"]["gave_up"]["short"] == "Gave up, went home"
        with in_words_of(None):
            assert encounters() == "encounters at the border"
    assert encounters() == "encounters at the border"


def test_a_world_of_ones_own_has_its_spanish_in_its_folder(tmp_path: Path) -> None:
    (tmp_path / "text").mkdir()
    (tmp_path / "text" / "es_tables.toml").write_text('"Aden" = "Adén"\n"Tunis" = "Tunicia"\n')
    with speaking("es"):
        assert (named("Aden"), named("Tunis")) == ("Aden", "Túnez")
        with in_words_of(tmp_path):
            assert (named("Aden"), named("Tunis")) == ("Adén", "Tunicia")
        assert (named("Aden"), named("Tunis")) == ("Aden", "Túnez")


def test_sentences_differ_between_the_languages() -> None:
    english, spanish = (dict(texts(words(name))) for name in LANGUAGES)
    same = {k for k, text in english.items() if len(text) > 40 and text == spanish[k]}
    assert same <= {"provenance.command.0", "map_frame.credit.0"}


def wanted() -> dict[str, str]:
    """Return the texts of tables that the report shows, and where each stands."""
    found = {}
    for lever in known_levers().values():
        for text in (lever.meaning, lever.source, lever.unit):
            found[text] = f"schema/levers.csv, {lever.name}"
    for folder in sorted(assets.folder("worlds").iterdir()):
        world, where = load_world(folder), f"worlds/{folder.name}"
        for prior in load_priors(world):
            found[prior.reason] = f"{where}/priors.toml, {prior.lever}"
        for said_by in load_stocks(world)["said_by"]:
            found[said_by] = f"{where}/stocks.csv, said_by"
        with record.with_world(folder):
            known = record.catalogue()
            for series in known.index.intersection(observed_series(world)):
                if folder != assets.default_world():  # whose study has a report of its own
                    for text in known.loc[series, ["counts", "compare_with"]]:
                        found[text] = f"{where}/record/catalogue.csv, {series}"
            for series, row in known.to_dict("index").items():
                for text in (row["licence_note"], row["publisher"]):
                    found[text] = f"{where}/record/catalogue.csv, {series}"
            for path in sorted(folder.glob("claims/*.toml")):
                for claim in load_claims(path):
                    for one in claim.checks:
                        for scenario in one.needs() if isinstance(one, ModelCheck) else ():
                            found[scenario.title] = f"{where}/claims/{path.name}, {claim.id}"
    for check in CHECKS:
        found[check.fact] = f"corredor/checks, {check.name}"
    for row in record_facts().detentions:
        found[row["edition"]] = "record/series/mexico_detentions.csv"
    for path in sorted(assets.folder("scenarios").rglob("*.toml")):
        document = tomllib.loads(path.read_text(encoding="utf-8"))
        description = " ".join(document["description"].split())
        for text in (document["title"], description, *document.get("assumptions", ())):
            found[text] = f"scenarios/{path.name}"
    return found


def test_every_text_of_the_tables_has_its_spanish() -> None:
    missing = [f"{where}: {text}" for text, where in wanted().items() if text not in tables()]
    assert not missing, f"Give their Spanish in {TEXTS / 'es_tables.toml'}: {missing}"


def test_english_is_spoken_unless_said_otherwise() -> None:
    assert spoken() == "en"
    with speaking("es"):
        assert spoken() == words()["language"] == "es"
        with speaking("en"):
            assert words()["language"] == "en"
        assert spoken() == "es"
    assert spoken() == "en"


def test_another_language_ends_with_its_block_even_after_an_error() -> None:
    with pytest.raises(ValueError, match="stop"), speaking("es"):
        raise ValueError("stop")
    assert spoken() == "en"


def test_what_has_no_translation_says_so() -> None:
    assert translated("chance of extortion today") == "chance of extortion today"
    with speaking("es"):
        assert translated("chance of extortion today").startswith("probabilidad")
        assert translated("a text without Spanish") == "a text without Spanish (en inglés)"
        assert translated("") == ""
        assert named("Mexico City") == "Ciudad de México"
        assert named("Tijuana") == "Tijuana"


def test_one_and_many_have_their_own_forms() -> None:
    forms = words("es")["provenance"]["seconds_cell"]
    assert counted(forms, 1) == "1 segundo"
    assert counted(forms, 2) == "2 segundos"


def reasons() -> Iterator[tuple[str, set[str]]]:
    """Give the key of every reason that a check of claims writes, and what it fills in."""
    for file in sorted(Path(claims.__file__).parent.rglob("*.py")):
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "reason":
                given = {keyword.arg or "" for keyword in call.keywords}
                constants = [n for n in ast.walk(call.args[0]) if isinstance(n, ast.Constant)]
                keys = [str(n.value) for n in constants if str(n.value) in words()["why"]]
                yield from ((key, given) for key in keys)


def test_every_reason_fills_its_text() -> None:
    found = list(reasons())
    assert len(found) > 30
    for key, given in found:
        named_in_text = {re.split("[:!}]", hole[1:])[0] for hole in holes(words()["why"][key])}
        assert named_in_text == given, key


def test_every_text_of_reasons_is_used() -> None:
    used = {key for key, _ in reasons()} | {f"effect_{told.replace(' ', '_')}" for told in ORDER}
    assert used == set(words()["why"])

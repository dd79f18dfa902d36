"""Users are kept by name with the hash of a token; a broken file lets nobody in."""

from __future__ import annotations

import stat
import threading
from pathlib import Path

import pytest

from corredor.app.access import users as module
from corredor.app.access.house import OWNER, House
from corredor.app.access.tokens import checked_token, hashed, new_token
from corredor.app.access.users import FILE, Users
from corredor.app.jobs.queue import Runner
from corredor.errors import InputError, UsageError
from corredor.text.language import speaking

TOKEN = "a-token-for-the-tests"


def test_a_token_lets_in_its_user_and_is_not_kept(tmp_path: Path) -> None:
    users = Users(tmp_path)
    tokens = {name: users.add(name) for name in ("ana", "luis")}
    assert {name: users.whose(token) for name, token in tokens.items()} == {
        "ana": "ana",
        "luis": "luis",
    }
    assert users.whose(new_token()) is None
    path = tmp_path / FILE
    assert not any(token in path.read_text() for token in tokens.values())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_another_process_is_heard_of_at_once(tmp_path: Path) -> None:
    users, elsewhere = Users(tmp_path), Users(tmp_path)
    assert users.known() == {}
    token = elsewhere.add("ana")
    assert users.whose(token) == "ana"
    elsewhere.remove("ana")
    assert users.whose(token) is None
    again = elsewhere.add("ana")
    assert (users.whose(token), users.whose(again)) == (None, "ana")


def test_who_add_users_at_once_lose_none(tmp_path: Path) -> None:
    names = [f"user-{i}" for i in range(8)]
    adding = [threading.Thread(target=Users(tmp_path).add, args=(name,)) for name in names]
    for one in adding:
        one.start()
    for one in adding:
        one.join()
    assert sorted(Users(tmp_path).known()) == names


@pytest.mark.parametrize("name", ["", "Ana", "../ana", "a/b", "a b", "-a", "ñ", "a" * 41, "a\n"])
def test_a_name_that_is_no_folder_of_ours_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="1 to 40 small letters") as refused:
        Users(tmp_path).add(name)
    assert "[a-z" not in str(refused.value)
    with speaking("es"), pytest.raises(UsageError, match="1 a 40 letras minúsculas"):
        Users(tmp_path).add(name)
    assert not (tmp_path / FILE).exists()


def test_no_more_are_let_in_than_fit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_USERS", 1)
    Users(tmp_path).add("ana")
    with pytest.raises(UsageError, match="1 are let in already"):
        Users(tmp_path).add("luis")
    assert list(Users(tmp_path).known()) == ["ana"]


def test_a_name_is_given_once(tmp_path: Path) -> None:
    Users(tmp_path).add("ana")
    with pytest.raises(UsageError, match="known already"):
        Users(tmp_path).add("ana")
    with pytest.raises(UsageError, match="no luis"):
        Users(tmp_path).remove("luis")


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", '{"users": []}', '{"users": {"ana": {"token": "x", "since": 1}}}',
     '{"users": {"../a": {"token": "' + 64 * "0" + '", "since": 1}}}', '{"more": 1}'],
)  # fmt: skip
def test_a_broken_file_shuts_out_users_and_not_the_owner(tmp_path: Path, text: str) -> None:
    users = Users(tmp_path)
    token = users.add("ana")
    house = House(tmp_path, Runner(tmp_path), TOKEN)
    assert (house.whose(token), house.lives("ana")) == ("ana", True)
    (tmp_path / FILE).write_text(text)
    with pytest.raises(InputError, match="a list of users"):
        users.known()
    assert (house.whose(token), house.lives("ana")) == (None, False)
    assert (house.whose(TOKEN), house.lives(OWNER)) == (OWNER, True)


def test_runs_of_a_user_lie_in_a_folder_of_their_own(tmp_path: Path) -> None:
    house = House(tmp_path, Runner(tmp_path), TOKEN)
    assert house.desk("ana") is house.desk("ana")
    assert house.desk("ana").store.folder == tmp_path / "users" / "ana"
    assert house.desk(OWNER).store.folder == tmp_path


@pytest.mark.parametrize("token", ["", "short", "a" * 15, "a" * 201, "a" * 20 + " ", "ñ" * 20])
def test_a_token_that_is_chosen_is_long_and_fits_an_address(token: str) -> None:
    with pytest.raises(UsageError, match="token"):
        checked_token(token)
    assert hashed(token) != token

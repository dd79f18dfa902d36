"""The users of an app that several share: a name for each, and the hash of a token."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from corredor.app.access.tokens import hashed, new_token, same
from corredor.errors import InputError, OutputError, Problem, UsageError
from corredor.inputs.files import read_text
from corredor.inputs.lock import locked
from corredor.inputs.whole_files import whole_or_absent
from corredor.text.language import page_words

FILE = "users.json"
LOCK = ".users.lock"
PATIENCE = 5.0  # seconds that two who change the users wait for each other
MOST_USERS = 200
MOST_BYTES = 1_000_000

_NAME = re.compile("[a-z0-9][a-z0-9-]{0,39}")
UserName = Annotated[str, StringConstraints(pattern=f"^{_NAME.pattern}$")]


class User(BaseModel):
    """A user: the hash of their token, and since when, in seconds since 1970."""

    model_config = ConfigDict(extra="forbid", strict=True)
    token: Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]
    since: float = Field(ge=0, le=1e11)


class _Users(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    users: dict[UserName, User] = Field(default={}, max_length=MOST_USERS)


class Users:
    """The users that the file of a folder names; it is read anew whenever it has changed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._seen: tuple[int, int, int] | None = None
        self._users: dict[str, User] = {}

    def known(self) -> dict[str, User]:
        """Return the users by name.

        Raises
        ------
        InputError
            If the file cannot be read.
        """
        path = self.folder / FILE
        try:
            found = path.stat()
        except FileNotFoundError:
            self._seen, self._users = None, {}
            return {}
        except OSError as error:
            raise InputError(Problem(str(path), f"a file that can be read ({error})")) from None
        seen = (found.st_mtime_ns, found.st_size, found.st_ino)
        if seen != self._seen:
            try:
                self._users = _Users.model_validate_json(read_text(path, MOST_BYTES)).users
            except ValidationError as error:
                first = error.errors(include_input=False, include_url=False)[0]
                where = ".".join(str(part) for part in first["loc"]) or None
                expected = "a list of users as `corredor app users` writes it"
                raise InputError(Problem(str(path), expected, column=where)) from None
            self._seen = seen
        return self._users

    def whose(self, token: str) -> str | None:
        """Return the name of the user whose token this is."""
        given, found = hashed(token), None
        for name, user in self.known().items():  # all of them, so that time tells nothing
            if same(user.token, given):
                found = name
        return found

    def add(self, name: str) -> str:
        """Let a user in; return their token, which is kept nowhere.

        Raises
        ------
        UsageError
            If the name is taken, or none.
        OutputError
            If it cannot be kept.
        """
        told = page_words("app")["users"]
        if not _NAME.fullmatch(name):
            raise UsageError(told["name"].format(found=name))
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise OutputError(f"{self.folder}: cannot be written: {error.strerror}.") from None
        token = new_token()
        with locked(self.folder, wait=PATIENCE, name=LOCK):
            users = dict(self.known())
            if name in users:
                raise UsageError(f"user: {name} is known already; remove them first.")
            if len(users) >= MOST_USERS:
                raise UsageError(told["many"].format(most=MOST_USERS))
            users[name] = User(token=hashed(token), since=float(int(time.time())))
            self._write(users)
        return token

    def remove(self, name: str) -> None:
        """Let a user in no longer; their runs stay in their folder.

        Raises
        ------
        UsageError
            If there is none of that name.
        OutputError
            If it cannot be kept.
        """
        with locked(self.folder, wait=PATIENCE, name=LOCK):
            users = dict(self.known())
            if name not in users:
                raise UsageError(f"user: there is no {name}.")
            del users[name]
            self._write(users)

    def _write(self, users: dict[str, User]) -> None:
        content = _Users.model_validate({"users": users}).model_dump_json(indent=1)
        path = self.folder / FILE
        with whole_or_absent(path, replace=True) as temporary:
            handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())

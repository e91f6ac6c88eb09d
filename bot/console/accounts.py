"""Who may use the console, with passwords as Argon2id hashes, in the journal's database."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy import Column, DateTime, Integer, String, Table, Text, select

from bot.console.roles import Role
from bot.edge.journal import Journal, metadata

LEAST_CHARS = 10
_NAME = re.compile(r"[\w\u4e00-\u9fff.-]{1,32}")
accounts = Table(
    "accounts",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("role", String(16), nullable=False),
    Column("password", Text, nullable=False),  # Argon2id, its salt and parameters with it
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("epoch", Integer, nullable=False),  # counted up where all of its sessions are to end
)


class AccountError(Exception):
    """An account that cannot be made or changed; `code` and `words` make the sentence of data/cli.yml."""

    def __init__(self, code: str, /, **words: object) -> None:
        super().__init__(code)
        self.code = code
        self.words = words


@dataclass(frozen=True)
class Account:
    """One person; sessions of an earlier `epoch` are over."""

    name: str
    role: Role
    epoch: int
    made_at: datetime


class Accounts:
    """The accounts in the journal's database. Every method blocks and raises JournalError."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def add(self, name: str, role: Role, password: str) -> None:
        """AccountError `bad_name`, `name_taken`, `short_password`."""
        if not _NAME.fullmatch(name):
            raise AccountError("bad_name", name=name)
        if self.find(name):
            raise AccountError("name_taken", name=name)
        row = {"name": name, "role": role.value, "password": _hash(password), "made_at": datetime.now(UTC), "epoch": 0}
        self._journal.write(accounts.insert().values(**row))

    def set_password(self, name: str, password: str) -> None:
        """Also ends all sessions. AccountError `no_account`, `short_password`."""
        self._known(name)
        self._journal.write(_of(name).values(password=_hash(password), epoch=accounts.c.epoch + 1))

    def remove(self, name: str) -> None:
        """What the person did stays on record. AccountError `no_account`."""
        self._known(name)
        self._journal.write(accounts.delete().where(accounts.c.name == name))

    def end_sessions(self, name: str) -> None:
        """Every session of the person is over."""
        self._journal.write(_of(name).values(epoch=accounts.c.epoch + 1))

    def find(self, name: str) -> Account | None:
        """One by its name."""
        return next(map(_account, self._journal.rows(select(accounts).where(accounts.c.name == name))), None)

    def all(self) -> list[Account]:
        """By name."""
        return [_account(row) for row in self._journal.rows(select(accounts).order_by(accounts.c.name))]

    def check(self, name: str, password: str) -> Account | None:
        """The account with this name and password. As slow for a name that nobody has as for a wrong password."""
        rows = self._journal.rows(select(accounts).where(accounts.c.name == name))
        try:
            _hasher().verify(rows[0].password if rows else _nobody(), password)
        except VerificationError:
            return None
        return _account(rows[0]) if rows else None

    def _known(self, name: str) -> None:
        if not self.find(name):
            raise AccountError("no_account", name=name)


def _of(name: str) -> Any:
    return accounts.update().where(accounts.c.name == name)


def _account(row: Any) -> Account:
    return Account(row.name, Role(row.role), row.epoch, row.made_at)


def _hash(password: str) -> str:
    if len(password) < LEAST_CHARS:
        raise AccountError("short_password", least=LEAST_CHARS)
    return _hasher().hash(password)


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _nobody() -> str:
    return _hasher().hash("nobody has this password")

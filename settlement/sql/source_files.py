"""The files: what the database should hold."""

from __future__ import annotations

import enum
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
_SIGNATURE = re.compile(r"^CREATE OR REPLACE FUNCTION public\.\w+\((.*?)\)\s*RETURNS (.*?) LANGUAGE ", re.MULTILINE | re.DOTALL)
_END = re.compile(r";[ \t]*\n")  # of a trigger's statement


class Kind(enum.StrEnum):
    """What a file, or an object in the database, is."""

    FUNCTION = "function"
    TRIGGER = "trigger"


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """A function or a trigger by its name; a trigger of one name may stand on many tables."""

    kind: Kind
    name: str

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


@dataclass(frozen=True, slots=True)
class Source:
    """One file."""

    key: Key
    text: str

    @property
    def sha256(self) -> str:
        """The hash of the text, in hexadecimal."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def statements(self) -> tuple[str, ...]:
        """The text as single statements, which is how a cluster wants them: a function is one, a trigger one for each of its tables."""
        if self.key.kind is Kind.FUNCTION:
            return (self.text,)
        return tuple(statement for statement in _END.split(self.text) if statement.strip())

    @property
    def signature(self) -> str:
        """A function's parameters and result, without line breaks and `public.`; empty for a trigger.

        :raises ValueError: if a function's file does not begin as all do
        """
        if self.key.kind is Kind.TRIGGER:
            return ""
        found = _SIGNATURE.search(self.text)
        if found is None:
            raise ValueError(f"{self.key}: its file does not say CREATE OR REPLACE FUNCTION public.NAME(...) RETURNS ... LANGUAGE")
        return signature(parameters=found[1], result=found[2])


def signature(*, parameters: str, result: str) -> str:
    """Parameters and result in the one form in which signatures are compared."""
    return " ".join(f"({parameters.strip()}) returns {result}".replace("public.", "").split())


def read() -> dict[Key, Source]:
    """All files: functions first, then triggers, each by name."""
    paths = [(Key(kind, path.stem), path) for kind in Kind for path in sorted((FOLDER / f"{kind}s").glob("*.sql"))]
    return {key: Source(key, path.read_text(encoding="utf-8")) for key, path in paths}


def one(name: str) -> Source:
    """The file of one function or trigger.

    :raises KeyError: if there is none
    """
    return {key.name: source for key, source in read().items()}[name]

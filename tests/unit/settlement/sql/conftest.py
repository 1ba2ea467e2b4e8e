"""Files that a test may change, and functions that it changes by hand."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connection

from settlement.sql import source_files


@pytest.fixture
def owner(market) -> Iterator[None]:
    """The market, as the owner of the tables."""
    with market.as_owner():
        yield


@pytest.fixture
def files(tmp_path, monkeypatch) -> Path:
    """A copy of the files, which stands for them."""
    for kind in source_files.Kind:
        shutil.copytree(source_files.FOLDER / f"{kind}s", tmp_path / f"{kind}s")
    monkeypatch.setattr(source_files, "FOLDER", tmp_path)
    return tmp_path


@pytest.fixture
def edit(files) -> Callable[..., None]:
    """Replace a part of a function's file, which must be there."""

    def do(name: str, old: str, new: str) -> None:
        path = files / "functions" / f"{name}.sql"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    return do


@pytest.fixture
def say(owner) -> Callable[..., list[tuple[object, ...]]]:
    """Say something to the database by hand, as the owner."""

    def do(sql: str) -> list[tuple[object, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall() if cursor.description else []

    return do

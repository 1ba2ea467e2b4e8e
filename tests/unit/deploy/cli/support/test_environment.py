"""A data folder of before is refused in one sentence, and only a demonstration is ever removed."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import psycopg2
import pytest

from deploy.embedded import database_roles, folders, postgres

Call = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def old(folder: Path) -> Path:
    """The folder of a demonstration that an old release made."""
    data = folders.claim(folder / "data")
    server = postgres.Postgres(data)
    server.start()
    try:
        with psycopg2.connect(server.owner_url()) as connection, connection.cursor() as cursor:
            cursor.execute("CREATE TABLE django_migrations (id bigserial, app text, name text, applied timestamptz)")
            cursor.execute("CREATE TABLE tenants_village (code text)")
            cursor.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {database_roles.APPLICATION}")
            cursor.execute("INSERT INTO django_migrations (app, name) VALUES ('tenants', '0001_of_before'), ('settlement', '0007_gone')")
        connection.close()
    finally:
        server.stop()
    record = {"full": False, "logins": [["approver", "", "0812", "x"]], "migrations": "of before"}
    (data / "demo.json").write_text(json.dumps(record), encoding="utf-8")
    return data


@pytest.mark.slow
@pytest.mark.parametrize(
    "words", [["demo", "--port", "18765"], ["serve", "--port", "18765"], ["villages", "migrate"], ["villages", "list"]]
)
def test_data_of_before_are_refused_with_the_way_on(pasarsama: Call, old: Path, words: list[str]) -> None:
    done = pasarsama(*words, "--data", str(old))

    assert done.returncode == 2, done.stderr
    assert "Pasar contoh dibuat lagi dengan `pasarsama demo --fresh`" in done.stderr
    assert "A demonstration is made again by `pasarsama demo --fresh`" in done.stderr
    assert "settlement.0007_gone, tenants.0001_of_before" in done.stderr
    assert "Traceback" not in done.stderr
    assert (old / "demo.json").exists()


def test_fresh_never_removes_somebodys_own_market(pasarsama: Call, folder: Path) -> None:
    data = folders.claim(folder / "data")
    (data / "postgres").mkdir()
    (data / "postgres" / "rows").touch()

    done = pasarsama("demo", "--fresh", "--port", "18766", "--data", str(data))

    assert done.returncode == 2
    assert "berisi pasar yang bukan pasar contoh" in done.stderr
    assert "holds a market that is no demonstration" in done.stderr
    assert (data / "postgres" / "rows").exists()


@pytest.mark.slow
@pytest.mark.parametrize("begun", [False, True])
def test_no_demonstration_takes_the_place_of_somebodys_own_market(pasarsama: Call, folder: Path, begun: bool) -> None:
    """However often it is asked for, and whatever a demonstration that was killed at its beginning left in the folder."""
    data = folders.claim(folder / "data")
    for words in (["migrate"], ["add", "34.02.91.2001", "Sendangsari"]):
        made = pasarsama("villages", *words, "--data", str(data))
        assert made.returncode == 0, made.stderr
    if begun:
        (data / "demo.begun").touch()

    for more in ([], [], ["--fresh"]):
        done = pasarsama("demo", "--port", "18767", "--data", str(data), *more)
        assert done.returncode == 2, done.stderr
        assert "no demonstration" in done.stdout + done.stderr

    assert (data / "demo.begun").exists() is begun
    assert "Sendangsari" in pasarsama("villages", "list", "--data", str(data)).stdout

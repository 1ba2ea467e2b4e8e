"""The command as people call it: help worth reading, wrong use in one line, troubles in one sentence per language."""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from deploy import cli
from deploy.embedded import folders, postgres

Call = Callable[..., subprocess.CompletedProcess[str]]


def test_every_command_explains_itself(pasarsama: Call) -> None:
    overview = pasarsama("--help")
    assert overview.returncode == 0
    for name, module in cli.commands().items():
        assert name in overview.stdout
        assert module.__doc__ is not None
        assert len(module.__doc__.splitlines()) >= 3, f"{name} says too little"


@pytest.mark.parametrize("command", ["demo", "serve", "worker", "audit", "bench", "villages", "people", "federation", "test"])
def test_help_of_each(pasarsama: Call, command: str) -> None:
    done = pasarsama(command, "--help")
    assert done.returncode == 0
    assert f"usage: pasarsama {command}" in done.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "COMMAND"),
        (["serv"], "did you mean: serve"),
        (["demo", "--port", "many"], "a whole number from 1 to 65535"),
        (["demo", "--port", "70000"], "a whole number from 1 to 65535"),
        (["demo", "--prot", "8000"], "--prot"),
        (["serve", "--web-workers", "0"], "1 to 64"),
        (["worker", "--beat", "--only-beat"], "not allowed with"),
        (["migrate", "--nonsense"], "--nonsense"),
        (["shell", "--data"], "--data needs a folder"),
    ],
)
def test_wrong_use_is_one_line_and_status_2(pasarsama: Call, words: list[str], said: str) -> None:
    done = pasarsama(*words)

    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) <= 2  # one per language


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"DATABASE_URL": "mysql://a:b@c/d"}, "must begin with postgresql://"),
        ({"DATABASE_OWNER_URL": "postgresql://a:b@c/d"}, "without DATABASE_URL"),
        ({"BROKER_URL": "amqp://x"}, "must begin with redis://"),
        ({"BROKER_URL": "redis://127.0.0.1:1/1"}, "emptied after a failure"),
        ({"PASARSAMA_DEBUG": "perhaps"}, "PASARSAMA_DEBUG must be 1 or 0"),
    ],
)
def test_a_wrong_setting_is_one_sentence(pasarsama: Call, environment: dict[str, str], said: str) -> None:
    urls = {"DATABASE_URL": "postgresql://a:b@127.0.0.1:1/d", "BROKER_URL": "redis://127.0.0.1:1"}
    if "DATABASE_OWNER_URL" in environment:
        del urls["DATABASE_URL"]

    done = pasarsama("audit", **{**urls, **environment})

    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_server_that_does_not_answer_is_one_sentence(pasarsama: Call) -> None:
    done = pasarsama("serve", "--port", "1999", DATABASE_URL="postgresql://a:b@127.0.0.1:1/d", BROKER_URL="redis://127.0.0.1:1")

    assert done.returncode == 2
    assert "the database cannot be reached" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["demo", "serve"])
def test_a_taken_port_is_named(pasarsama: Call, command: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        done = pasarsama(command, "--port", str(port))

    assert done.returncode == 2
    assert f"Port {port} is in use" in done.stderr


@pytest.mark.parametrize("command", ["demo", "serve"])
def test_a_second_copy_is_named(pasarsama: Call, folder: Path, command: str) -> None:
    data = folders.claim(folder / "data")
    with folders.alone(data / "serve.lock", about="http://127.0.0.1:8000/"):
        done = pasarsama(command)

    assert done.returncode == 1
    assert "already running (http://127.0.0.1:8000/)" in done.stderr


def test_a_folder_of_somebody_else_is_named(pasarsama: Call, folder: Path) -> None:
    (folder / "letters.txt").touch()
    done = pasarsama("demo", "--fresh", "--data", str(folder))

    assert done.returncode == 2
    assert "holds other files" in done.stderr
    assert (folder / "letters.txt").exists()


@pytest.mark.parametrize(
    "words", [["audit"], ["seals", "list"], ["villages", "list"], ["people", "list"], ["federation", "show"], ["shell"]]
)
def test_who_looks_into_a_mistyped_folder_makes_nothing_there(pasarsama: Call, folder: Path, words: list[str]) -> None:
    done = pasarsama(*words, "--data", str(folder / "mistyped"))

    assert (done.returncode, done.stdout) == (2, "")
    assert f"There is no market in the folder {folder / 'mistyped'}" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (folder / "mistyped").exists()


def test_a_code_of_no_demonstration_is_refused(pasarsama: Call, folder: Path) -> None:
    done = pasarsama("demo", "--code", "--data", str(folder / "data"))

    assert (done.returncode, done.stdout) == (2, "")
    assert "holds no demonstration" in done.stderr
    assert not (folder / "data").exists()


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({}, ["PASARSAMA_SECRET_KEY must be set", "PASARSAMA_HOSTS must name"]),
        (
            {"PASARSAMA_SECRET_KEY": "short", "PASARSAMA_HOSTS": "*"},
            ["PASARSAMA_SECRET_KEY must be set", "PASARSAMA_HOSTS: '*' also means"],
        ),
        ({"PASARSAMA_DEBUG": "1"}, ["PASARSAMA_DEBUG must be 0", "PASARSAMA_TRUSTED_PROXIES must name"]),
        (
            {"PASARSAMA_HOSTS": ".id, .desa.id, pasar.example.id", "PASARSAMA_ORIGINS": "http://pasar.example.id, https://*.co.id"},
            [
                "'.id' also means",
                "'.desa.id' also means",
                "'http://pasar.example.id' must begin with https",
                "'https://*.co.id' also means",
            ],
        ),
        ({"PASARSAMA_TRUSTED_PROXIES": "0.0.0.0/0"}, ["PASARSAMA_TRUSTED_PROXIES must not hold '0.0.0.0/0'"]),
        ({"PASARSAMA_SECURE": "0"}, ["PASARSAMA_SECURE must be 1"]),
    ],
)
def test_production_refuses_unsafe_settings(pasarsama: Call, environment: dict[str, str], said: list[str]) -> None:
    urls = {"DATABASE_URL": "postgresql://a:b@127.0.0.1:1/d", "BROKER_URL": "redis://127.0.0.1:1"}
    done = pasarsama("serve", PASARSAMA_MODE="production", **urls, **environment)

    assert done.returncode == 2
    for sentence in said:
        assert sentence in done.stderr
    assert "Traceback" not in done.stderr


SAFE = {
    "PASARSAMA_MODE": "production",
    "PASARSAMA_SECRET_KEY": "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_",
    "PASARSAMA_HOSTS": "pasar.example.id",
    "PASARSAMA_ORIGINS": "https://pasar.example.id",
    "PASARSAMA_TRUSTED_PROXIES": "127.0.0.1",
    "BROKER_URL": "redis://127.0.0.1:1",
}


def test_production_refuses_an_unsafe_server_and_an_almighty_role(pasarsama: Call, start: Callable[..., postgres.Postgres]) -> None:
    server = start()  # without durability, as tests have it

    done = pasarsama("serve", "--port", "1999", **SAFE, DATABASE_URL=server.owner_url())

    assert done.returncode == 2
    for sentence in ("fsync is off", "full_page_writes is off", "synchronous_commit is off", "must not own the database", "still empty"):
        assert sentence in done.stderr
    assert "security." not in done.stderr  # `check --deploy` has nothing to say


def test_production_is_content_with_the_embedded_servers(pasarsama: Call) -> None:
    done = pasarsama("serve", "--port", "1999", **{**SAFE, "BROKER_URL": ""})

    assert done.returncode == 2
    english = done.stderr.split("Cannot open:")[1].strip().splitlines()
    assert english == ["- the database is still empty; run `pasarsama villages migrate` first"]

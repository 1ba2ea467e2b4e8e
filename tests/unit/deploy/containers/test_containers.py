"""The container files, as far as they can be checked without an engine: they name only what exists, and agree with the code."""

from __future__ import annotations

import ipaddress
import re
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

from deploy import cli
from deploy.embedded import database_roles

ROOT = Path(__file__).resolve().parents[4]
FOLDER = ROOT / "deploy" / "containers"
COMPOSE: dict[str, Any] = yaml.safe_load((FOLDER / "compose.yaml").read_text(encoding="utf-8"))
CADDYFILE = (FOLDER / "Caddyfile").read_text(encoding="utf-8")
OURS = {name: service for name, service in COMPOSE["services"].items() if service["image"] == "pasarsama"}


def test_the_parts_are_there() -> None:
    assert set(COMPOSE["services"]) == {"postgres", "valkey", "migrate", "web", "worker", "beat", "front"}
    assert set(OURS) == {"migrate", "web", "worker", "beat"}
    assert [name for name, service in COMPOSE["services"].items() if "ports" in service] == ["front"]


def test_every_command_of_ours_is_understood() -> None:
    parser = cli.make_parser(cli.commands())
    for name, service in OURS.items():
        arguments = parser.parse_args(service["command"])
        assert arguments.command == service["command"][0], name
    clocks = [name for name, service in OURS.items() if {"--beat", "--only-beat"} & set(service["command"])]
    assert clocks == ["beat"]


def test_every_variable_is_read_by_the_code_and_every_secret_is_explained() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "deploy").rglob("*.py"))
    for service in OURS.values():
        for name in service["environment"]:
            assert f'"{name}"' in code, name
    explained = (FOLDER / "README.md").read_text(encoding="utf-8")
    for name in re.findall(r"\$\{(\w+)", (FOLDER / "compose.yaml").read_text(encoding="utf-8")):
        assert name in explained or f"${{{name}:-" in (FOLDER / "compose.yaml").read_text(encoding="utf-8"), name


def test_every_file_and_volume_and_dependency_exists() -> None:
    for name, service in COMPOSE["services"].items():
        for mount in service.get("volumes", []):
            source = mount.split(":")[0]
            assert source in COMPOSE["volumes"] or (FOLDER / source).is_file(), (name, mount)
        for needed, condition in service.get("depends_on", {}).items():
            assert needed in COMPOSE["services"]
            if condition["condition"] == "service_healthy":
                assert "healthcheck" in COMPOSE["services"][needed], needed
        if "build" in service:
            assert (FOLDER / service["build"]["context"]).resolve() == ROOT
            assert (ROOT / service["build"]["dockerfile"]).is_file()


def test_the_front_asks_the_web_where_it_listens() -> None:
    command = OURS["web"]["command"]
    port = command[command.index("--port") + 1]
    assert f"reverse_proxy {{$WEB:web:{port}}}" in CADDYFILE


def test_the_web_trusts_the_front_where_it_stands() -> None:
    address = COMPOSE["services"]["front"]["networks"]["default"]["ipv4_address"]
    assert OURS["web"]["environment"]["PASARSAMA_TRUSTED_PROXIES"] == f"${{PASARSAMA_TRUSTED_PROXIES:-{address}}}"
    assert ipaddress.ip_address(address) in ipaddress.ip_network(COMPOSE["networks"]["default"]["ipam"]["config"][0]["subnet"])


def test_the_front_ends_what_is_larger_than_the_web_takes() -> None:
    """And waits for all of it: beyond its buffer a body would come through as slowly as it is sent."""
    assert f"max_size {settings.DATA_UPLOAD_MAX_MEMORY_SIZE}\n" in CADDYFILE
    buffer = re.search(r"request_buffers (\d+)\n", CADDYFILE)
    assert buffer is not None
    assert int(buffer[1]) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE


def test_bodies_in_the_front_take_no_memory_from_the_others() -> None:
    """Twenty of the largest fit, and four hundred small photos."""
    limit = COMPOSE["services"]["front"]["mem_limit"]
    assert 20 * settings.DATA_UPLOAD_MAX_MEMORY_SIZE < int(limit.removesuffix("m")) << 20 <= 1 << 30


def test_the_image_holds_every_package_and_runs_without_privileges() -> None:
    lines = (FOLDER / "Containerfile").read_text(encoding="utf-8").splitlines()
    copied = {word for line in lines if line.startswith("COPY ") and "--from" not in line for word in line.split()[1:-1]}
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}
    assert packages <= copied
    assert all((ROOT / name).exists() for name in copied)
    assert lines.index("USER pasarsama") < next(number for number, line in enumerate(lines) if line.startswith("ENTRYPOINT"))
    assert any("--require-hashes" in line for line in lines)


def test_a_real_server_gets_the_same_roles_as_the_embedded_one() -> None:
    script = (FOLDER / "roles.sh").read_text(encoding="utf-8")
    names = {"database": f'"{database_roles.DATABASE}"', "application": f'"{database_roles.APPLICATION}"'}
    for role, statement in database_roles.MAKE_ROLE.items():
        variable = "owner" if role == database_roles.OWNER else "application"
        assert statement.format(role=f'"{role}"', password=f":'{variable}'") + ";" in script
    for statement in database_roles.GRANTS:
        assert statement.format(**names) + ";" in script

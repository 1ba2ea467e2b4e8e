"""RUNNING's tables name every command, and every variable of the environment that the market reads."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from deploy import cli

ROOT = Path(__file__).resolve().parents[3]
RUNNING = (ROOT / "deploy" / "RUNNING.md").read_text(encoding="utf-8")
OURS = re.compile(r"(?:PASARSAMA|DATABASE|BROKER)_[A-Z_]+")
# name -> why nobody who runs a market sets it
NOT_SET_BY_PEOPLE = {
    "PASARSAMA_AS_OWNER": "commands say by it to the processes they start which role these have",
    "PASARSAMA_RESTORING": "a restore lets its own steps into the folder by it",
}
NOT_THE_MARKET = ROOT / "deploy" / "bench"  # its variables are for processes of its own


def _is_reader(node: ast.expr, *, inside_env: bool) -> bool:
    """Whether it is env.text, os.environ.get and their like, or what os.environ[...] asks."""
    text = ast.unparse(node)
    return text.startswith(("env.", "os.environ")) or (inside_env and isinstance(node, ast.Name))


def _read(source: str, *, inside_env: bool = False) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and node.args and _is_reader(node.func, inside_env=inside_env):
            named = node.args[0]
        elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load) and _is_reader(node.value, inside_env=False):
            named = node.slice
        else:
            continue
        if isinstance(named, ast.Constant) and isinstance(named.value, str) and OURS.fullmatch(named.value):
            yield named.value


def _rows(heading: str) -> str:
    """The first column of the first table below a heading."""
    below = RUNNING.partition(f"# {heading}\n")[2]
    return "\n".join(line.split("|")[1] for line in below.partition("\n#")[0].splitlines() if line.startswith("|"))


def test_every_variable_that_is_read_stands_in_the_table_of_settings() -> None:
    files = [path for path in (ROOT / "deploy").rglob("*.py") if NOT_THE_MARKET not in path.parents]
    read = {name for path in files for name in _read(path.read_text(encoding="utf-8"), inside_env=path.name == "env.py")}
    assert len(read) > 15
    assert sorted(read - set(OURS.findall(_rows("Settings"))) - set(NOT_SET_BY_PEOPLE)) == []


def test_every_variable_of_the_table_is_read() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "deploy").rglob("*.py"))
    assert [name for name in OURS.findall(_rows("Settings")) if f'"{name}"' not in source] == []


def test_every_command_stands_in_the_table_of_commands() -> None:
    assert sorted(set(cli.commands()) - set(re.findall(r"`pasarsama (\w+)`", _rows("Running it")))) == []


def test_readers_are_seen() -> None:
    source = 'env.flag("PASARSAMA_A"); os.environ.get("PASARSAMA_B"); os.environ["DATABASE_C"]; os.environ["PASARSAMA_D"] = ""'
    assert sorted(_read(source)) == ["DATABASE_C", "PASARSAMA_A", "PASARSAMA_B"]
    assert list(_read('text("PASARSAMA_E")', inside_env=True)) == ["PASARSAMA_E"]

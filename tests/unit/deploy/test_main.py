"""`python3 deploy ...` before there is any environment: what it says, and that it hides nothing of the standard library."""

from __future__ import annotations

import ast
import json
import os
import runpy
import shutil
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[3]
MAIN = ROOT / "deploy" / "__main__.py"
AS_PROGRAM = "runpy.run_path('{}', run_name='__main__')"


def bare_python(*words: str, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    """Call the Python that made the environment, without anything installed."""
    base = Path(sys.base_prefix) / "bin" / f"python{sys.version_info.major}.{sys.version_info.minor}"
    return subprocess.run(
        [str(base), "-I" if words[:1] == ("-c",) else "-s", *words],
        cwd=cwd,
        env={"PATH": os.defpath, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_two_commands_are_the_only_ones_shown() -> None:
    done = bare_python("deploy", "--help")
    assert done.returncode == 0
    assert [line.split()[2] for line in done.stdout.splitlines() if line.startswith("python3 deploy")] == ["demo", "test"]
    assert bare_python("deploy").returncode == 2
    shown = [
        line.split()[2] for line in (ROOT / "README.md").read_text(encoding="utf-8").splitlines() if line.startswith("    python3 deploy")
    ]
    assert shown == ["demo", "test"]


def test_it_needs_the_standard_library_only() -> None:
    imported = {
        name.split(".")[0]
        for node in ast.walk(ast.parse(MAIN.read_text(encoding="utf-8")))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert imported <= set(sys.stdlib_module_names)


def test_an_old_python_is_told_so_in_a_sentence(tmp_path: Path) -> None:
    # Grammar of 3.7 is what the file may use; the rest of the old Python is played by its version.
    ast.parse(MAIN.read_text(encoding="utf-8"), feature_version=(3, 7))
    code = f"import runpy, sys; sys.version_info = (3, 9, 18, 'final', 0); sys.argv = ['deploy', 'demo']; {AS_PROGRAM.format(MAIN)}"
    done = bare_python("-c", code)

    assert done.returncode == 1
    assert "Python 3.11 or newer is needed; this is Python 3.9." in done.stderr
    assert "Traceback" not in done.stderr


def test_a_python_without_venv_is_told_what_to_install(tmp_path: Path) -> None:
    copy = tmp_path / "checkout"
    (copy / "deploy").mkdir(parents=True)
    shutil.copy(MAIN, copy / "deploy")
    for name in ("requirements.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, copy)
    here = copy / "deploy" / "__main__.py"
    code = f"import runpy, sys; sys.modules['ensurepip'] = None; sys.argv = ['deploy', 'demo']; {AS_PROGRAM.format(here)}"
    done = bare_python("-c", code)

    assert done.returncode == 1
    assert "sudo apt install python3-venv" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (copy / ".venv").exists()


def test_the_lock_lists_what_the_project_asks_for_with_hashes_and_no_host() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    asked = [*project["project"]["dependencies"], *project["dependency-groups"]["install"], *project["dependency-groups"]["test"]]
    pinned = {line.split("==")[0].lower() for line in lock.splitlines() if "==" in line}
    for requirement in asked:
        name = requirement.split("[")[0].split("=")[0].split(">")[0].split("<")[0].lower()
        assert name in pinned, name
    blocks = lock.split("\n")
    for number, line in enumerate(blocks):
        if "==" in line:
            assert "--hash=sha256:" in blocks[number + 1], line
    assert "://" not in lock


def _main() -> dict[str, Any]:
    sys.path.insert(0, "")  # it takes the first one away
    return runpy.run_path(str(MAIN), run_name="deploy_main")


def test_the_demonstration_installs_what_the_project_needs_to_run_and_nothing_of_the_tests() -> None:
    """Whole, held against what the installed packages themselves ask for here."""
    part = _main()["needed_to_run"]((ROOT / "requirements.lock").read_text(encoding="utf-8"))
    pinned = {line.split("==")[0] for line in part.splitlines() if "==" in line}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    waiting = [Requirement(one) for one in (*project["project"]["dependencies"], *project["dependency-groups"]["install"])]
    reached: set[str] = set()
    while waiting:
        asked = waiting.pop()
        name = canonicalize_name(asked.name)
        extras = asked.extras or {""}
        if name not in reached and (asked.marker is None or asked.marker.evaluate()):
            reached.add(name)
            for line in metadata.requires(name) or ():
                below = Requirement(line)
                if below.marker is None or any(below.marker.evaluate({"extra": extra}) for extra in extras):
                    waiting.append(below)
    assert reached - pinned == set()
    tests = {canonicalize_name(Requirement(one).name) for one in project["dependency-groups"]["test"]}
    assert tests & pinned == set()
    assert part.count("--hash=sha256:") > len(pinned)


IMPORT_ALL = """
import importlib, pkgutil, sys
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in sys.argv[1].split(","):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Missing())
import django
django.setup()
for name in ("tenants", "settlement", "federation", "marketplace", "api", "deploy"):
    for found in pkgutil.walk_packages(importlib.import_module(name).__path__, f"{name}."):
        if not found.name.endswith("__main__") and not found.name.startswith("deploy.bench.support.bare_"):
            importlib.import_module(found.name)
for name in ("kombu.transport.redis", "celery.bin.celery", "celery.concurrency.prefork", "django_otp.plugins.otp_totp.models"):
    importlib.import_module(name)
"""


def test_a_market_imports_nothing_that_is_installed_for_tests_alone() -> None:
    """Also what a package uses without asking for it, which the lock cannot tell."""
    part = _main()["needed_to_run"]((ROOT / "requirements.lock").read_text(encoding="utf-8"))
    pinned = {line.split("==")[0] for line in part.splitlines() if "==" in line} | {"pasarsama", "pip"}
    missing = [
        name for name, owners in metadata.packages_distributions().items() if not pinned & {canonicalize_name(owner) for owner in owners}
    ]
    assert "pytest" in missing
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "deploy.settings", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", IMPORT_ALL, ",".join(missing)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]


@pytest.mark.parametrize(("installed", "command", "is_enough"), [("demo", "demo", True), ("test", "demo", True), ("demo", "test", False)])
def test_what_tests_need_is_installed_for_tests_alone(monkeypatch, tmp_path: Path, installed: str, command: str, is_enough: bool) -> None:
    main = _main()
    stamp = tmp_path / "stamp"
    scope = main["is_ready"].__globals__
    monkeypatch.setitem(scope, "STAMP", str(stamp))
    monkeypatch.setitem(scope, "COMMAND", sys.executable)
    monkeypatch.setitem(scope, "PYTHON", sys.executable)
    stamp.write_text(json.dumps(main["expected"](installed)), encoding="utf-8")
    assert main["is_ready"](command) is is_enough


def test_every_dependency_states_its_reason() -> None:
    lines = (ROOT / "pyproject.toml").read_text(encoding="utf-8").splitlines()
    asked = [
        number
        for number, line in enumerate(lines)
        if line.startswith('    "') and line.rstrip().endswith('",') and (">=" in line or "==" in line)
    ]
    assert len(asked) > 20
    for number in asked:
        assert lines[number - 1].strip().startswith("# "), lines[number]

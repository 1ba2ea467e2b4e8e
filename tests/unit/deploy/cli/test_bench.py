"""Every bench runs and says what it promised to say. How fast it is, is for a machine that does nothing else."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy import bench

ROOT = Path(__file__).resolve().parents[4]
# Promises that do not depend on how busy the machine is.
CERTAIN = {
    "checkout": {"statements"},
    "catalogue": {"stale_after_price_change", "routing_sets"},
    "provision": set(),
    "clearing": set(),
    "cycle": set(),
    "ledger": set(),
    "backup": {"locks_peak", "restore_base_newly_broken", "restore_logical_newly_broken"},
    "pages": {
        *(f"{page}_bytes" for page in ("market", "search", "village", "product", "basket", "checkout", "purchase", "login")),
        *(f"{step}_statements" for step in ("market", "search", "product", "add_to_1", "add_to_150")),
    },
}


@pytest.fixture
def folder() -> Iterator[Path]:
    """Where temporary files go: a short path that the servers' user can enter."""
    path = Path(tempfile.mkdtemp(prefix="ps-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path, ignore_errors=True)


def run(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """`pasarsama bench ...` as a person calls it whose environment names real data."""
    real = {"DATABASE_URL": "postgresql://nobody@localhost:1/real", "BROKER_URL": "redis://localhost:1"}
    environment = {**os.environ, **real, "TMPDIR": str(folder)}
    command = [sys.executable, "-m", "deploy.cli", "bench", *words]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=300)


@pytest.mark.slow
@pytest.mark.parametrize("name", bench.NAMES)
def test_a_quick_bench_prints_one_object_and_leaves_nothing_behind(name, folder):
    done = run(name, "--quick", "--json", folder=folder)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert set(found) == {"bench", "figures", "goals"}
    assert found["bench"] == name
    assert found["figures"]["cores"] >= 1
    assert all(type(value) in (int, float) for value in found["figures"].values())
    assert found["goals"]
    for goal in found["goals"]:
        assert set(goal) == {"name", "value", "goal", "holds"}
        assert goal["value"] == found["figures"][goal["name"]]
        sign, bound = goal["goal"].split()
        assert goal["holds"] == (goal["value"] <= float(bound) if sign == "<=" else goal["value"] >= float(bound))
    holding = {goal["name"] for goal in found["goals"] if goal["holds"]}
    assert holding >= CERTAIN[name]
    assert list(folder.iterdir()) == []


BUYERS_PAGES = (
    "market",
    "search",
    "village",
    "villages",
    "villages-found",
    "product",
    "basket",
    "checkout",
    "purchase",
    "login",
    "register",
)


@pytest.mark.slow
def test_every_page_of_many_villages_is_held_against_ten_and_every_buyers_page_is_weighed_on_the_wire(folder):
    """The weights are certain on any machine: of every page that a buyer can open, as the web server of service sends it."""
    done = run("pages", "--villages", "30", "--quick", "--json", folder=folder)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    weights = [goal for goal in found["goals"] if goal["name"].endswith("_bytes")]
    assert [goal for goal in weights if not goal["holds"]] == []
    assert {goal["goal"] for goal in weights} == {"<= 14600"}
    assert {goal["name"] for goal in weights} >= {f"{name}_bytes" for name in (*BUYERS_PAGES, "basket_choosing", "checkout_choosing")}
    ratios = {goal["name"]: goal["goal"] for goal in found["goals"] if goal["name"].endswith("_times")}
    assert len(ratios) == found["figures"]["pages_timed"]
    assert set(ratios.values()) == {"<= 1.5"}
    timed = {
        *BUYERS_PAGES,
        "register_choosing",
        "desk",
        "desk-cycle",
        "desk-cycle-payments-collecting",
        "desk-balance",
        "desk-bank-accounts",
    }
    assert set(ratios) >= {f"{name}_times" for name in timed}
    assert any(name.startswith("office") for name in ratios)
    assert {"import_s", "import_ms_a_table"} <= set(found["figures"])
    assert "importing" in done.stderr
    assert list(folder.iterdir()) == []


def test_an_unknown_bench_ends_in_one_line(folder):
    done = run("tidak-ada", folder=folder)
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1

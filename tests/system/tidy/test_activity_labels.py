"""Every action that the code records has its label, and no label is left over from an action that is gone."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from federation.labels import activity_labels, ledger_labels
from tenants.events import EventKind
from tests.support.settlement import books

ROOT = Path(__file__).resolve().parents[3]
PACKAGES = ("tenants", "settlement", "federation", "marketplace", "api", "deploy")
CARRIERS = {"action"}  # the parameters and fields that name an action
KIND = re.compile(r"\bEventKind\.([A-Z_]+)\b")
ACTION = re.compile(r"[a-z]+(?:-[a-z]+)*\.[a-z][a-z_-]*")
# Where settlement's functions name an event: as the fourth value of a reversal.
REVERSED_AS = re.compile(r"(?<!FUNCTION public\.)settlement_reverse\([^;]*?'([a-z-]+)'", re.S)


def _places(tree: ast.Module) -> dict[str, int]:
    """Functions and classes of a module that take an action by position: name -> which one."""
    found: dict[str, int] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            names = [argument.arg for argument in (*node.args.posonlyargs, *node.args.args)]
        elif isinstance(node, ast.ClassDef):
            names = [field.target.id for field in node.body if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)]
        else:
            continue
        found.update((node.name, place) for place, name in enumerate(names) if name in CARRIERS)
    return found


def _actions(source: str) -> Iterator[str]:
    tree = ast.parse(source)
    places = _places(tree)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        given = [keyword.value for keyword in node.keywords if keyword.arg in CARRIERS]
        place = places.get(getattr(node.func, "id", getattr(node.func, "attr", "")))
        if place is not None and place < len(node.args):
            given.append(node.args[place])
        for value in given:
            for part in ast.walk(value):
                if isinstance(part, ast.Constant) and isinstance(part.value, str) and ACTION.fullmatch(part.value):
                    yield part.value


def _said() -> set[str]:
    sources = (path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
    return {action for path in sources for action in _actions(path.read_text(encoding="utf-8"))}


def test_actions_and_words_are_the_same():
    assert _said() | set(EventKind) == set(activity_labels.LABELS)


def test_every_kind_of_event_happens_somewhere():
    sources = [path for package in ("settlement", "federation", "marketplace") for path in (ROOT / package).rglob("*.py")]
    causes = [path for path in sources if path.name not in ("notices.py", "purchase_progress.py")]
    found = {name for path in causes for name in KIND.findall(path.read_text(encoding="utf-8"))}
    assert found == {kind.name for kind in EventKind}


def test_the_search_sees_every_way_to_name_an_action():
    source = """
class Step:
    source: str
    action: str
def _record(action, product): activity_log.record(action=action)
Step("placed", "order.accepted")
_record("stock.broken", 1)
activity_log.record(action="a.one" if new else "a.two", by=None)
pair.record(action="order.ready")
parser.add_argument("--all", action="store_true")
"""
    assert set(_actions(source)) == {"order.accepted", "stock.broken", "a.one", "a.two", "order.ready"}


def test_the_journal_knows_every_event_of_the_ledger():
    booked = "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "settlement").rglob("*.py")))
    planned = re.findall(r'\bevent="([a-z-]+)"', booked)
    assert {*planned, *REVERSED_AS.findall(books.functions())} == set(ledger_labels.EVENTS)

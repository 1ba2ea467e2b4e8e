"""A unit test is found at the path of the code: test_<module>.py or test_<module>_<topic>.py, in the folder of its module or package."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
UNIT = ROOT / "tests" / "unit"
TESTS = sorted(path.relative_to(UNIT) for path in UNIT.rglob("test_*.py"))


def _is_at_its_place(test: Path) -> bool:
    """Whether the folder has a module or package of this name, or is itself called so; `main` is a package's `__main__`."""
    code = ROOT / test.parent
    names = {path.stem for path in code.glob("*.py")} | {path.name for path in code.iterdir() if path.is_dir()}
    names |= {code.name} | ({"main"} if "__main__" in names else set())
    said = test.stem.removeprefix("test_")
    return any(said == name or said.startswith(f"{name}_") for name in names)


def test_unit_tests_stand_at_the_path_of_their_code() -> None:
    assert [test.as_posix() for test in TESTS if not (ROOT / test.parent).is_dir() or not _is_at_its_place(test)] == []


def test_support_holds_no_tests() -> None:
    assert sorted((ROOT / "tests" / "support").rglob("test_*.py")) == []


@pytest.mark.parametrize(
    ("test", "is_there"),
    [
        ("settlement/ledger/test_sales.py", True),
        ("settlement/ledger/test_sales_references.py", True),
        ("settlement/sql/test_triggers.py", True),
        ("settlement/ledger/test_references.py", False),
        ("settlement/ledger/test_salesmen.py", False),
    ],
)
def test_places_are_told_apart(test: str, is_there: bool) -> None:
    assert _is_at_its_place(Path(test)) is is_there

"""When a new bank account is used: one sentence with the hours of the rule, and none that was typed."""

from __future__ import annotations

import re
from pathlib import Path

from django.utils import translation

from federation.labels import account_labels, activity_labels
from federation.pages.desk import desk_outcomes
from marketplace.pages.office import office_labels

ROOT = Path(__file__).resolve().parents[4]
TYPED = re.compile(r"\b\d+ jam\b")


def test_the_sentence_has_the_hours_of_the_rule() -> None:
    with translation.override("id"):
        assert str(account_labels.USED_LATER) == "Rekening baru dipakai 24 jam sesudah ditegaskan."
    with translation.override("en"):
        assert str(account_labels.USED_LATER) == "A new account is used 24 hours after its confirmation."


def test_whoever_proposes_or_confirms_reads_the_same_sentence() -> None:
    for outcomes in (desk_outcomes.OUTCOMES, office_labels.OUTCOMES):
        for outcome in ("bank_account_proposed", "bank_account_confirmed"):
            assert str(outcomes[outcome]).endswith(f" {account_labels.USED_LATER}")


def test_what_was_confirmed_says_after_how_many_hours() -> None:
    for action in ("bank-account.confirmed", "federation-account.confirmed"):
        assert activity_labels.label(action=action).endswith(f"dipakai {account_labels.HOURS} jam kemudian")


def test_no_sentence_has_hours_that_were_typed() -> None:
    packages = (ROOT / package for package in ("settlement", "federation", "marketplace", "tenants", "api"))
    files = (path for package in packages for path in package.rglob("*") if path.suffix in {".py", ".html"})
    written = {path.relative_to(ROOT).as_posix(): TYPED.findall(path.read_text(encoding="utf-8")) for path in files}
    # How an example of a figure is written.
    assert {path for path, found in written.items() if found} <= {"federation/labels/figures.py"}

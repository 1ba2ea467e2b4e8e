"""What waits, in sentences: no kind is left without its own, and none borrows another's."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import translation

from federation.labels import waiting_labels
from federation.reports.waiting import WaitingItem, WaitingKind


def _line(kind: WaitingKind, *, more: int = 0) -> waiting_labels.Line:
    return waiting_labels.of(
        item=WaitingItem(kind, "Cibiru", rupiah=12_000, shares=[("Cibiru", 0.968), ("Melati", 0.9)], more=more, count=2)
    )


def test_every_kind_has_its_sentence_and_its_page() -> None:
    assert set(waiting_labels.SENTENCES) == set(waiting_labels.PAGES) == set(WaitingKind)
    lines = [_line(kind) for kind in WaitingKind]
    assert len({line.sentence for line in lines}) == len(lines)
    assert all(reverse(line.page).startswith("/federasi/") for line in lines)


@pytest.mark.parametrize("kind", WaitingKind)
def test_every_sentence_is_english_in_english(kind: WaitingKind) -> None:
    with translation.override("id"):
        indonesian = _line(kind, more=2).sentence
    with translation.override("en"):
        english = _line(kind, more=2).sentence
    assert "%(" not in indonesian + english
    assert english != indonesian


def test_the_fullest_are_named_and_the_others_counted() -> None:
    with translation.override("id"):
        assert _line(WaitingKind.NEAR_LIMIT).sentence == "Dekat atau lewat batas utangnya: Cibiru 96,8\u00a0%, Melati 90,0\u00a0%."
    with translation.override("en"):
        several = _line(WaitingKind.NEAR_LIMIT, more=2).sentence
        assert several == "Near or above their debt limit: Cibiru 96.8\u00a0%, Melati 90.0\u00a0% and 2 more villages."


def test_names_of_villages_do_not_turn_round_what_stands_beside_them() -> None:
    line = waiting_labels.of(item=WaitingItem(WaitingKind.REFUNDS, "دسا", rupiah=12_000))
    assert "\u2068دسا\u2069" in line.sentence

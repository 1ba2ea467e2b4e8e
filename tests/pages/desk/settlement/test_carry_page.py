"""What debtors may leave for the next cycle, at the desk: read by everybody there, set by the operator alone."""

from __future__ import annotations

import pytest

from settlement.cycles import carry_terms
from tenants.acts import Act
from tenants.models import ActivityEntry
from tests.support import desks, factories, page_text

pytestmark = pytest.mark.usefixtures("market")
PATH = "/federasi/sisa/"
CHANGE = f"{PATH}ubah/"


def test_the_operator_sets_a_limit_with_its_reason() -> None:
    client = desks.browser(factories.OPERATOR)
    assert "Belum ada sisa yang boleh dibawa" in desks.text(client.get(PATH))
    assert CHANGE in page_text.read(client.get(PATH)).links
    form = desks.filled(client, CHANGE)
    typed = {"village_code": factories.SUKAMAJU, "amount_rupiah": "500.000", "reason": "panen mundur"}

    answers = [client.post(CHANGE, {**form.values, **typed}, follow=True) for _tap in range(2)]

    for answer in answers:
        assert "Batas sisa disimpan" in desks.text(answer)
        assert "Sukamaju Rp 500.000 Rp 0" in desks.text(answer)
    assert carry_terms.of(village_code=factories.SUKAMAJU).debtor_limit_rupiah == 500_000
    [entry] = ActivityEntry.objects.filter(action="carry.limit-changed")
    assert (entry.reason, entry.by, entry.detail) == ("panen mundur", factories.OPERATOR.id, {"before": 0, "after": 500_000})


def test_what_is_incomplete_changes_nothing() -> None:
    client = desks.browser(factories.OPERATOR)
    whole = {"village_code": factories.SUKAMAJU, "amount_rupiah": "500.000", "reason": "x"}
    for lack in ({"reason": " "}, {"amount_rupiah": ""}, {"village_code": "11.01.01.2001"}, {"village_code": ""}):
        assert client.post(CHANGE, {**whole, **lack}).status_code == 422, lack
    assert carry_terms.page(limit=9).page.rows == []


def test_others_read_and_do_not_set() -> None:
    carry_terms.agree(village_code=factories.CIBIRU, amount_rupiah=7_000, act=Act(by=factories.SARI.principal, at=factories.START))
    for person in (factories.AUDITOR, factories.APPROVER):
        client = desks.browser(person)
        page = client.get(PATH)
        assert "Cibiru Rp 0 Rp 7.000" in desks.text(page)
        assert CHANGE not in page_text.read(page).links
        assert client.get(CHANGE).status_code == 404
        typed = {"village_code": factories.SUKAMAJU, "amount_rupiah": "1", "reason": "x"}
        assert client.post(CHANGE, typed).status_code == 404
    assert desks.browser(factories.RATNA).get(PATH).status_code == 404

"""Cash of a cycle at the desk: planned once, given and received by two persons, called off with a reason."""

from __future__ import annotations

import uuid

from settlement.models import PaymentLeg
from settlement.payments import cash_payments
from tenants.acts import Act
from tests.support import desks, factories, page_text
from tests.support.payment_desk import CASH, PATH, fill, offered, press, text
from tests.support.settlement import rounds


def test_cash_is_planned_once_and_confirmed_by_two(collecting) -> None:
    operator = desks.browser(factories.OPERATOR)
    assert "tunai/" in offered()
    form = desks.filled(operator, CASH)
    typed = {"giver": rounds.A, "amount_rupiah": "20.600", "direct": "0"}

    taps = [page_text.send(operator, form, **typed) for _ in range(2)]
    other = page_text.send(operator, form, **{**typed, "amount_rupiah": "1.000"})

    assert [tap.status_code for tap in taps] == [303, 303]
    assert other.status_code == 422
    assert "Formulir ini sudah pernah dikirim dengan isi lain" in desks.text(other)
    [leg] = PaymentLeg.objects.all()
    assert offered() == {f"{leg.id}/batal/", "tunai/"}
    cash_payments.give(number=leg.cycle.number, leg_id=leg.id, party=leg.giver, act=Act(by=factories.DARTO.principal, at=rounds.T0))
    assert f"{leg.id}/terima/" in offered()

    assert press(f"{PATH}{leg.id}/terima/").status_code == 303

    leg.refresh_from_db()
    assert leg.state == "succeeded"
    said = text()
    assert "Sukamaju → Federasi Sampai tunai" in said
    assert "dinyatakan diserahkan01/07/2026 10.00 Pak Darto dinyatakan diterima01/07/2026 10.00 Galih" in said


def test_a_hand_over_keeps_what_was_typed_when_it_is_refused(collecting) -> None:
    answer = fill(CASH, giver=rounds.A, amount_rupiah="41.201", direct="1")

    assert answer.status_code == 409
    assert "Yang masih terbuka tinggal Rp 41.200" in desks.text(answer)
    again = page_text.read(answer).form("").values
    assert (again["giver"], again["amount_rupiah"], again["direct"]) == (rounds.A, "41.201", "1")
    assert not PaymentLeg.objects.exists()
    unread = fill(CASH, giver="99.99.99.9999", amount_rupiah="banyak", direct="1")
    assert unread.status_code == 422
    assert "Tulis rupiah bulat tanpa sen" in desks.text(unread)


def test_where_nobody_can_bring_cash_the_page_leads_back_to_the_payments(collecting) -> None:
    cash_payments.plan(number=1, giver=rounds.A, amount_rupiah=41_200, direct=False, act=Act(by=factories.DARTO.principal, at=rounds.T0))

    assert "tunai/" not in offered()
    answer = desks.browser(factories.OPERATOR).get(CASH)
    assert (answer.status_code, answer["Location"]) == (303, PATH)
    late = desks.browser(factories.OPERATOR).post(CASH, {"giver": rounds.A, "amount_rupiah": "1", "direct": "0"})
    assert late.status_code == 409
    assert "Yang masih terbuka tinggal Rp 0" in desks.text(late)


def test_only_the_federations_side_is_confirmed_here(collecting) -> None:
    legs = cash_payments.plan(
        number=1, giver=rounds.A, amount_rupiah=20_600, direct=True, act=Act(by=factories.DARTO.principal, at=rounds.T0)
    )
    ours = next(leg for leg in legs if leg.receiver == "F")
    for leg in legs:
        cash_payments.give(number=leg.cycle.number, leg_id=leg.id, party=leg.giver, act=Act(by=factories.DARTO.principal, at=rounds.T0))
    operator = desks.browser(factories.OPERATOR)

    assert {action for action in offered() if action.endswith("/terima/")} == {f"{ours.id}/terima/"}
    for statement in ("serah", "terima"):
        for leg in legs:
            if leg is not ours:
                assert operator.post(f"{PATH}{leg.id}/{statement}/").status_code == 404
    assert operator.post(f"{PATH}{uuid.uuid4()}/terima/").status_code == 404
    assert operator.post(f"{PATH.replace('1', '2')}{ours.id}/terima/").status_code == 404
    assert not PaymentLeg.objects.filter(state="succeeded").exists()


def test_a_hand_over_is_called_off_with_a_reason(collecting) -> None:
    [leg] = cash_payments.plan(
        number=1, giver=rounds.A, amount_rupiah=600, direct=False, act=Act(by=factories.DARTO.principal, at=rounds.T0)
    )
    url = f"{PATH}{leg.id}/batal/"

    empty = fill(url, reason="")
    assert empty.status_code == 422
    assert "Tulis alasan membatalkan penyerahan." in desks.text(empty)
    assert fill(url, reason="Hujan deras").status_code == 303

    assert "Sukamaju → Federasi Batal tunai" in text()
    assert "Hujan deras" in text()
    operator = desks.browser(factories.OPERATOR)
    assert operator.get(url)["Location"] == PATH  # there is nothing to call off any more
    assert operator.get(f"{PATH}{uuid.uuid4()}/batal/").status_code == 404


def test_cash_is_for_the_operator(collecting) -> None:
    [leg] = cash_payments.plan(
        number=1, giver=rounds.A, amount_rupiah=600, direct=False, act=Act(by=factories.DARTO.principal, at=rounds.T0)
    )
    for person in (factories.APPROVER, factories.AUDITOR, factories.TINI):
        client = desks.browser(person)
        for url in (CASH, *(f"{PATH}{leg.id}/{action}/" for action in ("serah", "terima", "batal"))):
            assert client.get(url).status_code == 404
            assert client.post(url, {"reason": "x", "giver": rounds.A, "amount_rupiah": "1", "direct": "0"}).status_code == 404
    assert PaymentLeg.objects.get().state == "planned"

"""Cash of a cycle in a village's office: announced, handed over, received by somebody else; nobody acts on another village's money."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from settlement import advancing
from settlement.models import Cycle, PaymentLeg
from settlement.payments import cash_payments, payouts
from tenants.acts import Act
from tests.support import cycling, desks, factories, page_text
from tests.support.cycling import HERE
from tests.support.settlement import books

pytestmark = pytest.mark.usefixtures("market")


@pytest.fixture
def owing() -> None:
    """Sukamaju has to pay 30,000: 29,400 for Cibiru and 600 for the federation."""
    cycling.sold()
    cycling.collecting()


def path(name: str, *args: object, village: str = HERE) -> str:
    return desks.path(name, 1, *args, village=village)


def states() -> list[tuple[str, str, int, str]]:
    return sorted(PaymentLeg.objects.values_list("giver", "receiver", "amount_rupiah", "state"))


def test_cash_goes_straight_to_the_village_that_waits_confirmed_on_both_sides(owing) -> None:
    darto, asep = desks.browser(factories.DARTO), desks.browser(factories.ASEP)
    form = desks.filled(darto, path("office-cycle-cash"))
    assert form.values["amount_rupiah"] == "30.000"

    planned = [darto.post(form.action, {**form.values, "way": "villages"}, follow=True) for _tap in range(2)]

    assert states() == [(HERE, factories.CIBIRU, 29_400, "planned"), (HERE, "F", 600, "planned")]
    assert all("Rencana tunai dicatat" in desks.text(answer) for answer in planned)
    assert "Serahkan Rp 30.000 tunai, 2 kali." in desks.text(darto.get(desks.path("office-orders", village=HERE)))
    leg = PaymentLeg.objects.get(receiver=factories.CIBIRU)
    early = asep.get(path("office-cycle", village=factories.CIBIRU))
    assert "dari Sukamaju Disiapkan tunai, belum diserahkan" in desks.text(early)
    assert not [form for form in page_text.read(early).forms if "/terima/" in form.action]
    give = page_text.read(planned[1]).form(path("office-cycle-give", leg.id))

    asked = darto.post(give.action, give.values)
    assert "Uangnya sudah diserahkan? Jumlah Rp 29.400 Kepada Cibiru" in desks.text(asked)
    given = [desks.answered(darto, asked, follow=True) for _tap in range(2)]

    assert all("menunggu Cibiru menyatakan terima" in desks.text(answer) for answer in given)
    assert "Sukamaju menyerahkan Rp 29.400 tunai" in desks.text(asep.get(desks.path("office-orders")))
    receive = page_text.read(asep.get(path("office-cycle", village=factories.CIBIRU))).form(
        path("office-cycle-receive", leg.id, village=factories.CIBIRU)
    )

    asked = asep.post(receive.action, receive.values)
    assert "Uangnya sudah diterima? Jumlah Rp 29.400 Dari Sukamaju" in desks.text(asked)
    assert PaymentLeg.objects.get(id=leg.id).state == "submitted"  # asking did nothing
    received = [desks.answered(asep, asked, follow=True) for _tap in range(2)]

    for answer in received:
        assert "Dicatat: uang sudah diterima" in desks.text(answer)
        assert "Sudah diterima semua, Rp 29.400." in desks.text(answer)
    assert "Masih harus dibayar Rp 600" in desks.text(darto.get(path("office-cycle")))
    assert books.net(HERE) == {HERE: -600}


def test_more_than_is_owed_or_nothing_is_not_announced(owing) -> None:
    darto = desks.browser(factories.DARTO)
    form = desks.filled(darto, path("office-cycle-cash"))

    answers = {amount: page_text.send(darto, form, amount_rupiah=amount, way="federation") for amount in ("30.001", "0", "banyak", "")}

    assert [answer.status_code for answer in answers.values()] == [422, 422, 422, 422]
    assert "Paling banyak Rp 30.000 yang masih bisa direncanakan." in desks.text(answers["30.001"])
    assert states() == []


def test_after_the_date_nothing_new_is_announced_though_given_cash_still_waits() -> None:
    cycling.sold()
    then = timezone.now() - timedelta(days=10)
    cycling.collecting(at=then)
    [leg] = cash_payments.plan(number=1, giver=HERE, amount_rupiah=20_000, direct=False, act=Act(by=factories.DARTO.principal, at=then))
    cash_payments.give(number=1, leg_id=leg.id, party=HERE, act=Act(by=factories.DARTO.principal, at=then))
    assert advancing.advance(number=1, at=timezone.now()) == "paying"

    darto = desks.browser(factories.DARTO)
    assert "Tidak ada yang perlu dibayar tunai" in desks.text(darto.get(path("office-cycle-cash")))
    sent = {"amount_rupiah": "10.000", "way": "federation", "form_key": "k" * 32}
    assert "Batas waktu membayar putaran 1 sudah lewat" in desks.text(darto.post(path("office-cycle-cash"), sent))
    assert states() == [(HERE, "F", 20_000, "submitted")]


def test_one_person_cannot_confirm_both_sides(owing) -> None:
    both = factories.MembershipFactory(village_code=HERE, role="cashier").user
    factories.MembershipFactory(user=both, village_code=factories.CIBIRU, role="cashier")
    somebody = desks.browser(factories.Person(both.name, both.phone))
    leg, _fee = cycling.announced(30_000, direct=True)
    desks.answered(somebody, somebody.post(path("office-cycle-give", leg)))

    answer = desks.answered(somebody, somebody.post(path("office-cycle-receive", leg, village=factories.CIBIRU)))

    assert answer.status_code == 403
    assert "Yang menerima harus orang lain" in desks.text(answer)
    assert PaymentLeg.objects.get(id=leg).state == "submitted"


def test_an_announcement_is_called_off_with_its_reason(owing) -> None:
    [leg] = cycling.announced(20_000)
    darto = desks.browser(factories.DARTO)
    url = path("office-cycle-call-off", leg)
    assert "Rp 20.000 dari itu sudah direncanakan" in desks.text(darto.get(path("office-cycle")))
    form = desks.filled(darto, url)

    bare = page_text.send(darto, form, reason="")
    told = [darto.post(url, {**form.values, "reason": "lewat bank saja"}, follow=True) for _tap in range(2)]

    assert bare.status_code == 422
    assert all("Penyerahan tunai itu batal" in desks.text(answer) for answer in told)
    assert states() == [(HERE, "F", 20_000, "failed")]
    assert "masih Rp 30.000 yang belum direncanakan" in desks.text(darto.get(path("office-cycle-cash")))


def test_a_village_receives_what_the_federation_brings(owing) -> None:
    [leg] = cycling.announced(30_000)
    now = timezone.now()
    cash_payments.give(number=1, leg_id=leg, party=HERE, act=Act(by=factories.DARTO.principal, at=now))
    cash_payments.receive(number=1, leg_id=leg, party="F", act=Act(by=factories.OPERATOR.principal, at=now))
    payouts.plan(number=1, act=Act(by=factories.OPERATOR.principal, at=now))
    payout = PaymentLeg.objects.get(giver="F")
    cash_payments.give(number=payout.cycle.number, leg_id=payout.id, party=payout.giver, act=Act(by=factories.OPERATOR.principal, at=now))
    asep = desks.browser(factories.ASEP)
    form = page_text.read(asep.get(path("office-cycle", village=factories.CIBIRU))).form(
        path("office-cycle-receive", payout.id, village=factories.CIBIRU)
    )

    answer = desks.answered(asep, page_text.send(asep, form))

    assert answer.status_code == 303
    assert PaymentLeg.objects.get(giver="F").state == "succeeded"


def test_a_late_debt_is_told_in_red(owing) -> None:
    Cycle.objects.filter(number=1).update(collect_until_at=timezone.now() - timedelta(hours=1))
    start = desks.browser(factories.DARTO).get(desks.path("office-orders", village=HERE))

    assert "masih harus bayar Rp 30.000. Batasnya sudah lewat" in desks.text(start)
    assert 'class="say warn"' in start.content.decode()


def test_only_who_minds_money_acts_and_everybody_reads(owing) -> None:
    [leg] = cycling.announced(20_000)
    for person in (factories.UJANG, desks.newcomer("service", village=HERE)):
        client = desks.browser(person)
        page = client.get(path("office-cycle"))
        assert page.status_code == 200
        assert not [form for form in page_text.read(page).forms if "putaran" in form.action]
        assert client.get(path("office-cycle-cash")).status_code == 404
        for name in ("office-cycle-give", "office-cycle-receive", "office-cycle-call-off"):
            assert client.post(path(name, leg), {"reason": "x"}).status_code == 404
    assert PaymentLeg.objects.get().state == "planned"


def test_money_of_others_does_not_exist_and_the_wrong_side_does_nothing(owing) -> None:
    leg, _fee = cycling.announced(30_000, direct=True)
    actions = ("office-cycle-give", "office-cycle-receive", "office-cycle-call-off")
    tini, asep, darto = (desks.browser(person) for person in (factories.TINI, factories.ASEP, factories.DARTO))

    for name in actions:
        assert tini.post(path(name, leg, village=factories.MELATI), {"reason": "x"}).status_code == 404, name
        assert tini.post(path(name, leg), {"reason": "x"}).status_code == 404, name
    assert asep.post(path("office-cycle-give", leg, village=factories.CIBIRU)).status_code == 404
    assert asep.post(path("office-cycle-call-off", leg, village=factories.CIBIRU), {"reason": "x"}).status_code == 404
    assert asep.get(path("office-cycle-call-off", leg, village=factories.CIBIRU)).status_code == 303  # nothing of theirs to call off
    assert darto.post(path("office-cycle-receive", leg)).status_code == 404
    assert darto.post(desks.path("office-cycle-give", 2, leg, village=HERE)).status_code == 404
    assert PaymentLeg.objects.get(id=leg).state == "planned"

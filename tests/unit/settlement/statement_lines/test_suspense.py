"""A decision about a statement line that is sent twice is done once, and another one is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from settlement import advancing
from settlement.bank.statement_files import references
from settlement.models import PaymentLeg, StatementLine
from settlement.payments import bank_files, payouts, pool_items
from settlement.statement_lines import explaining, line_decisions, suspense, suspense_account
from tenants.acts import Act
from tenants.models import ActivityEntry
from tests.support.settlement import bank_days, races, rounds
from tests.support.settlement.rounds import MAKER, SECOND, T0, A, B, C

OWN = references.pay_in(cycle_number=1, village_code=A)
SAID = Act(by=SECOND, at=T0, reason="sudah ditelepon")


@pytest.fixture
def collecting(market):
    """The worked example, waiting for A's 41,200; everybody has an account."""
    rounds.worked_example()
    rounds.bank_accounts(A, B, C)
    rounds.collecting()


def came(amount_rupiah: int) -> StatementLine:
    """Money that nobody signed."""
    bank_days.read(("setoran", amount_rupiah))
    return StatementLine.objects.get()


def lines() -> list[tuple[int, str, str]]:
    return list(StatementLine.objects.order_by("amount_rupiah", "id").values_list("amount_rupiah", "state", "why"))


def test_a_line_is_decided_once_and_every_other_decision_about_it_is_refused(collecting):
    """A stale page must not be told that its decision stands when another one does, even if it gives the same reason."""
    bank_days.read(("bunga", 70), ("titipan", 500), ("setoran", 41_200), ("kembali", -500))
    line = {amount: StatementLine.objects.get(amount_rupiah=amount, incoming=True) for amount in (70, 500, 41_200)}
    back = StatementLine.objects.get(incoming=False)
    decisions = {
        "explain": lambda one, act: explaining.explain(line_id=one.id, act=act),
        "hold": lambda one, act: suspense.hold(line_id=one.id, act=act),
        "for A": lambda one, act: suspense.count_as_pay_in(line_id=one.id, village_code=A, act=act),
        "for B": lambda one, act: suspense.count_as_pay_in(line_id=one.id, village_code=B, act=act),
        "back": lambda one, act: suspense.pay_back(line_id=one.id, source_id=line[500].id, act=act),
        "back of another": lambda one, act: suspense.pay_back(line_id=one.id, source_id=line[70].id, act=act),
    }
    for one, action in ((line[70], "explain"), (line[500], "hold"), (line[41_200], "for A"), (back, "back")):
        for _tap in range(2):
            decisions[action](one, SAID)
        stands = (rounds.balances(), lines(), ActivityEntry.objects.count())

        for other in decisions.keys() - {action} - ({"for A", "for B", "back", "back of another"} if action == "hold" else set()):
            with pytest.raises(line_decisions.AlreadyDecided):
                decisions[other](one, SAID)
        for said in (replace(SAID, by=MAKER), replace(SAID, reason="lain")):
            with pytest.raises(line_decisions.AlreadyDecided):
                decisions[action](one, said)
        assert (rounds.balances(), lines(), ActivityEntry.objects.count()) == stands


def test_the_same_pay_in_again_is_quiet_also_when_it_ended_its_cycle(collecting):
    line = came(41_200)
    suspense.count_as_pay_in(line_id=line.id, village_code=A, act=SAID)
    payouts.plan(number=1, act=Act(by=MAKER, at=T0))
    bank_files.make(number=1, act=Act(by=MAKER, at=T0))
    sent = PaymentLeg.objects.filter(giver="F")
    bank_days.read(*((leg.key, -leg.amount_rupiah) for leg in sent), first=5)
    assert advancing.advance(number=1, at=T0) == "closed"

    suspense.count_as_pay_in(line_id=line.id, village_code=A, act=SAID)

    with pytest.raises(suspense.NoCycleCollects):
        suspense.count_as_pay_in(line_id=line.id, village_code=A, act=replace(SAID, reason="lain"))


def test_what_is_left_of_a_line_is_counted_by_the_same_words_once_there_is_room_again(collecting):
    line = came(50_000)
    for _tap in range(2):
        suspense.count_as_pay_in(line_id=line.id, village_code=A, act=SAID)
    assert suspense_account.left_of(line=line) == 8_800
    for other in (replace(SAID, reason="lagi"), replace(SAID, by=MAKER)):
        with pytest.raises(pool_items.MoreThanOpen):
            suspense.count_as_pay_in(line_id=line.id, village_code=A, act=other)
    bank_days.take_back(line, OWN, 41_200, first=5)

    suspense.count_as_pay_in(line_id=line.id, village_code=A, act=SAID)

    assert suspense_account.left_of(line=line) == 0
    assert pool_items.pool(cycle=rounds.get()).open_debts == {A: 41_200 - 8_800}


def test_a_form_that_is_sent_again_counts_nothing_though_there_is_room_again(collecting):
    line = came(50_000)
    suspense.count_as_pay_in(line_id=line.id, village_code=A, act=replace(SAID, key="a"))
    bank_days.take_back(line, OWN, 41_200, first=5)

    suspense.count_as_pay_in(line_id=line.id, village_code=A, act=replace(SAID, key="a"))

    assert suspense_account.left_of(line=line) == 8_800
    suspense.count_as_pay_in(line_id=line.id, village_code=A, act=replace(SAID, key="b"))
    assert suspense_account.left_of(line=line) == 0


def test_taps_at_the_same_instant_decide_once(collecting):
    bank_days.read(("setoran", 41_200))
    line = StatementLine.objects.get()

    outcomes = races.run(
        6, lambda _: suspense.count_as_pay_in(line_id=line.id, village_code=A, act=Act(by=SECOND, at=T0, reason="ditelepon"))
    )

    assert outcomes == ["done"] * 6
    assert pool_items.pool(cycle=rounds.get()).collected_rupiah == 41_200

"""An import that was read wrongly is taken back while nothing was paid on because of it, and the right one counts each booking once."""

from __future__ import annotations

import uuid

import pytest

from deploy.audit import examination
from settlement.bank.statement_files import references
from settlement.models import BankStatement, PaymentLeg, StatementLine
from settlement.payments import bank_files, payouts, pool_items
from settlement.statement_lines import explaining, import_withdrawal, line_decisions, matching, payout_lines, suspense
from tenants.acts import Act
from tenants.models import ActivityEntry
from tenants.people import permissions
from tests.support.marketplace.ordering import broken_rules
from tests.support.settlement import bank_days, rounds
from tests.support.settlement.rounds import APPROVER, MAKER, SECOND, T0, A, B, C

OWN = references.pay_in(cycle_number=1, village_code=A)
SAID = Act(by=SECOND, at=T0, reason="kolom tertukar")
RIGHT = {name: column for name, column in bank_days.MAPPING.items() if name != "referensi"}
SWAPPED = {**RIGHT, "debit": "Kredit", "kredit": "Debit"}
MONTH_FIRST = {**RIGHT, "format_tanggal": "mm/dd/yyyy"}


@pytest.fixture
def collecting(market):
    """The worked example, waiting for A's 41,200; everybody has an account."""
    rounds.worked_example()
    rounds.bank_accounts(A, B, C)
    rounds.collecting()


def take(*rows: str, mapping: dict[str, str] = RIGHT) -> BankStatement:
    contents = "\n".join(["Tanggal;Keterangan;Debit;Kredit", *rows, ""]).encode()
    matching.import_statement(contents=contents, file="mutasi.csv", mapping=mapping, act=Act(by=MAKER, at=T0))
    return BankStatement.objects.latest("id")


def take_back(one: BankStatement, act: Act = SAID) -> import_withdrawal.Withdrawn:
    return import_withdrawal.take_back(statement_id=one.id, act=act)


def in_force() -> list[tuple[int, bool, str]]:
    rows = StatementLine.objects.exclude(state="withdrawn").order_by("amount_rupiah", "id")
    return list(rows.values_list("amount_rupiah", "incoming", "state"))


@pytest.mark.parametrize("wrong", [SWAPPED, MONTH_FIRST])
def test_the_right_reading_counts_each_booking_once(collecting, wrong):
    rows = (f"06/05/2026;{OWN};;20000", "06/05/2026;BIAYA ADM;101;")
    one = take(*rows, mapping=wrong)

    assert take_back(one) == import_withdrawal.Withdrawn(2, 0)
    assert (in_force(), rounds.balances()) == ([], {"fee-income": -4_800})
    take(*rows)

    assert in_force() == [(101, False, "open"), (20_000, True, "matched")]
    assert pool_items.pool(cycle=rounds.get()).collected_rupiah == 20_000
    take(*rows)
    assert len(in_force()) == 2
    [entry] = ActivityEntry.objects.filter(action="statement.taken-back")
    assert (entry.subject_id, entry.by, entry.reason, entry.detail) == (
        str(one.id),
        SECOND.account_id,
        SAID.reason,
        {"lines": 2, "kept": 0},
    )


def test_what_a_person_held_counted_or_explained_leaves_the_books_as_it_came(collecting):
    one = take("02/07/2026;entah;;900", "02/07/2026;setoran;;5000", "02/07/2026;bunga;;70", "02/07/2026;adm;30;", "02/07/2026;lama;;1")
    held, counted, interest, charge, _open = (StatementLine.objects.get(amount_rupiah=amount) for amount in (900, 5_000, 70, 30, 1))
    suspense.hold(line_id=held.id, act=SAID)
    suspense.count_as_pay_in(line_id=counted.id, village_code=A, act=SAID)
    explaining.explain(line_id=interest.id, act=SAID)
    explaining.explain(line_id=charge.id, act=SAID)

    take_back(one)

    assert rounds.balances() == {"fee-income": -4_800}
    assert pool_items.pool(cycle=rounds.get()).open_debts == {A: 41_200}
    assert not examination.broken_books()
    with pytest.raises(line_decisions.AlreadyDecided):
        explaining.explain(line_id=interest.id, act=SAID)


def test_it_is_refused_once_money_was_paid_on(collecting):
    one = take(f"02/07/2026;{OWN};;41200")
    payouts.plan(number=1, act=Act(by=MAKER, at=T0))
    bank_files.make(number=1, act=Act(by=MAKER, at=T0))

    with pytest.raises(import_withdrawal.PaidOnAlready):
        take_back(one)

    assert in_force() == [(41_200, True, "matched")]


def test_what_is_only_planned_gives_way(collecting):
    one = take(f"02/07/2026;{OWN};;41200")
    payouts.plan(number=1, act=Act(by=MAKER, at=T0))

    take_back(one)

    assert set(PaymentLeg.objects.values_list("giver", "state")) == {(A, "returned"), ("F", "failed")}
    assert rounds.balances() == {"fee-income": -4_800}


def test_a_payout_that_it_shows_stays(collecting):
    take(f"02/07/2026;{OWN};;41200")
    payouts.plan(number=1, act=Act(by=MAKER, at=T0))
    bank_files.make(number=1, act=Act(by=MAKER, at=T0))
    leg = PaymentLeg.objects.get(receiver=B)
    one = take(f"03/07/2026;{leg.key};18000;", "03/07/2026;bunga;;70")

    assert take_back(one) == import_withdrawal.Withdrawn(1, 1)

    assert PaymentLeg.objects.get(id=leg.id).state == "succeeded"
    assert in_force() == [(18_000, False, "matched"), (41_200, True, "matched")]


def test_what_stands_on_other_payments_is_not_withdrawn(collecting):
    take(f"02/07/2026;{OWN};;41200")
    payouts.plan(number=1, act=Act(by=MAKER, at=T0))
    bank_files.make(number=1, act=Act(by=MAKER, at=T0))
    one = take("03/07/2026;BIFAST;18500;")
    payout_lines.count_as_payout(
        line_id=StatementLine.objects.get(state="open").id, payout_id=PaymentLeg.objects.get(receiver=B).id, act=SAID
    )

    with pytest.raises(import_withdrawal.DecidedOn):
        take_back(one)


def test_what_another_line_paid_or_took_back_is_not_withdrawn(collecting):
    first = take(f"02/07/2026;{OWN};;20000", "02/07/2026;entah;;300")
    shown, held = StatementLine.objects.get(amount_rupiah=20_000), StatementLine.objects.get(amount_rupiah=300)
    suspense.hold(line_id=held.id, act=SAID)
    second = take(f"03/07/2026;KOREKSI {OWN};20000;", "03/07/2026;kembali;100;")
    suspense.take_back(line_id=StatementLine.objects.get(state="open", amount_rupiah=20_000).id, pay_in_id=shown.id, act=SAID)
    suspense.pay_back(line_id=StatementLine.objects.get(state="open", amount_rupiah=100).id, source_id=held.id, act=SAID)

    for one in (first, second):
        with pytest.raises(import_withdrawal.DecidedOn):
            take_back(one)

    assert {state for *_line, state in in_force()} & {"withdrawn"} == set()
    assert not examination.broken_books()


def test_payouts_that_only_own_income_of_the_import_covered_are_called_off(collecting):
    one = take("02/07/2026;bunga;;50000")
    explaining.explain(line_id=StatementLine.objects.get().id, act=SAID)
    take("02/07/2026;adm;50000;")
    explaining.explain(line_id=StatementLine.objects.get(state="open").id, act=SAID)  # own cash is spent
    take(f"03/07/2026;{OWN};;41200")
    payouts.plan(number=1, act=Act(by=MAKER, at=T0))

    take_back(one)

    assert set(PaymentLeg.objects.filter(giver="F").values_list("state", flat=True)) == {"failed"}


def test_equal_charges_of_two_days_are_two_bookings_to_the_audit(collecting):
    numbered = {**RIGHT, "referensi": "Ref"}
    for day in (2, 3):
        contents = f"Tanggal;Keterangan;Debit;Kredit;Ref\n0{day}/07/2026;BIAYA;2500;;T1\n".encode()
        matching.import_statement(contents=contents, file="mutasi.csv", mapping=numbered, act=Act(by=MAKER, at=T0))
        explaining.explain(line_id=StatementLine.objects.get(state="open").id, act=SAID)

    assert "bookings-count-on-one-day" not in broken_rules()


def test_it_is_done_once_and_by_the_operator_with_a_reason(collecting):
    one = take(f"02/07/2026;{OWN};;20000")
    for act, refusal in (
        (Act(by=APPROVER, at=T0, reason="x"), permissions.Forbidden),
        (Act(by=SECOND, at=T0, reason=" "), line_decisions.ReasonMissing),
    ):
        with pytest.raises(refusal):
            take_back(one, act)
    with pytest.raises(import_withdrawal.NoSuchImport):
        import_withdrawal.take_back(statement_id=uuid.uuid4(), act=SAID)

    once = Act(by=SECOND, at=T0, reason="salah", key="k")
    assert [take_back(one, once).lines for _tap in range(2)] == [1, 0]
    take(f"02/07/2026;{OWN};;20000")
    assert take_back(one, once).lines == 0  # the form of the first time

    assert in_force() == [(20_000, True, "matched")]
    assert ActivityEntry.objects.filter(action="statement.taken-back").count() == 1

"""Bank statements: what fits by reference and amount is booked, everything else waits for a person."""

from __future__ import annotations

import pytest

from settlement import advancing
from settlement.bank.statement_files import references, statement_problems
from settlement.models import PaymentLeg, StatementLine
from settlement.payments import bank_files, payouts, pool_items
from settlement.statement_lines import explaining, line_reasons, matching, suspense, suspense_account
from tenants.acts import Act
from tests.support.settlement import bank_days, books, rounds
from tests.support.settlement.rounds import MAKER, SECOND, T0, A, B, C

STATE = StatementLine.State
LEG = PaymentLeg.State


@pytest.fixture
def collecting(market):
    """The worked example, waiting for A's 41,200; everybody has an account."""
    rounds.worked_example()
    rounds.bank_accounts(A, B, C)
    rounds.collecting()


def own(number: int = 1, village: str = A) -> str:
    return references.pay_in(cycle_number=number, village_code=village)


def payouts_sent() -> dict[str, PaymentLeg]:
    """Everything that lies there on its way to the bank; the leg by receiver."""
    payouts.plan(number=1, act=Act(by=MAKER, at=T0))
    bank_files.make(number=1, act=Act(by=MAKER, at=T0))
    return {leg.receiver: leg for leg in PaymentLeg.objects.filter(giver="F", state=LEG.SUBMITTED)}


def lines(**wanted: object) -> list[tuple[int, str, str]]:
    return list(StatementLine.objects.filter(**wanted).order_by("amount_rupiah", "id").values_list("amount_rupiah", "state", "why"))


def test_a_cycle_paid_through_the_bank(collecting):
    assert bank_days.read((f"TRF DARI BUMDES {own().replace('-', ' - ')}", 41_200)) == matching.Imported(new=1, matched=1, known=0)
    assert rounds.balances() == {"agent-cash": 41_200, "fee-income": -4_800}
    sent = payouts_sent()
    assert {village: leg.amount_rupiah for village, leg in sent.items()} == {B: 18_000, C: 18_400}

    bank_days.read(*((f"payroll {leg.key}", -leg.amount_rupiah) for leg in sent.values()), first=2)

    assert advancing.advance(number=1, at=T0) == "closed"
    assert books.net() == {}
    assert rounds.balances() == {"own-cash": 4_800, "fee-income": -4_800}


def test_the_same_statement_again_changes_nothing(collecting):
    first = bank_days.read((own(), 20_000))
    assert bank_days.read((own(), 20_000)) == matching.Imported(new=0, matched=0, known=1)
    again = bank_days.read((own(), 20_000), ("lain", 5), first=1)  # another file that overlaps
    assert (first.matched, again.new, again.known) == (1, 1, 1)
    assert rounds.balances()["agent-cash"] == 20_000


def test_a_part_is_taken_and_the_rest_may_follow(collecting):
    bank_days.read((own(), 20_600))
    bank_days.read((own(), 20_600), first=2)

    assert pool_items.pool(cycle=rounds.get()).open_debts == {A: 0}
    keys = list(PaymentLeg.objects.filter(giver=A).order_by("key").values_list("key", flat=True))
    assert keys == [f"{own()}-1", f"{own()}-2"]


def test_what_does_not_fit_waits_with_its_reason(collecting):
    bank_days.read(
        ("setor", 1_000),
        (f"{own()} dan {own(village=B)}", 2_000),
        (own(), 41_201),
        (own(number=7), 3_000),
        (own(village=B), 4_000),
        (f"gaji {references.leg(leg_id=rounds.get().id)}", -5_000),
    )

    assert lines() == [
        (1_000, STATE.OPEN, "no-reference"),
        (2_000, STATE.OPEN, "several-references"),
        (3_000, STATE.OPEN, "cycle-not-collecting"),
        (4_000, STATE.OPEN, "more-than-open"),
        (5_000, STATE.OPEN, "unknown-payment"),
        (41_201, STATE.OPEN, "more-than-open"),
    ]
    assert set(line_reasons.REASONS) >= {why for _, _, why in lines()}
    assert "agent-cash" not in rounds.balances()


def test_a_payout_of_another_amount_is_set_aside(collecting):
    bank_days.read((own(), 41_200))
    sent = payouts_sent()

    bank_days.read((f"x {sent[B].key}", -17_999), first=2)

    assert lines(incoming=False) == [(17_999, STATE.OPEN, "wrong-amount")]
    leg = PaymentLeg.objects.get(id=sent[B].id)
    assert leg.state == LEG.SUBMITTED
    assert leg.events.filter(quarantined=True).count() == 1


def test_a_payout_seen_twice_is_not_booked_twice(collecting):
    bank_days.read((own(), 41_200))
    sent = payouts_sent()
    bank_days.read((sent[B].key, -18_000), first=2)

    bank_days.read((sent[B].key, -18_000), first=3)

    assert lines(incoming=False) == [(18_000, STATE.MATCHED, ""), (18_000, STATE.OPEN, "seen-before")]
    assert books.net() == {C: 18_400}


def test_a_payout_that_comes_back_can_be_sent_again(collecting):
    bank_days.read((own(), 41_200))
    sent = payouts_sent()
    bank_days.read(*((leg.key, -leg.amount_rupiah) for leg in sent.values()), first=2)

    bank_days.read((f"RETUR {sent[B].key}", 18_000), first=9)

    assert PaymentLeg.objects.get(id=sent[B].id).state == LEG.RETURNED
    assert books.net() == {B: 18_000}
    assert payouts.plan(number=1, act=Act(by=MAKER, at=T0)) == 1
    again = PaymentLeg.objects.get(receiver=B, state=LEG.PLANNED)
    assert again.key != sent[B].key
    bank_files.make(number=1, act=Act(by=MAKER, at=T0))
    bank_days.read((again.key, -18_000), first=10)
    assert advancing.advance(number=1, at=T0) == "closed"
    assert books.net() == {}


def test_the_notices_of_a_returned_payout_in_reversed_order(collecting):
    bank_days.read((own(), 41_200))
    sent = payouts_sent()

    bank_days.read((f"RETUR {sent[B].key}", 18_000), (sent[B].key, -18_000), first=2)

    assert lines(leg=sent[B].id) == [(18_000, STATE.MATCHED, ""), (18_000, STATE.MATCHED, "")]
    assert rounds.balances()["agent-cash"] == 36_400
    assert pool_items.pool(cycle=rounds.get()).due() == {B: 18_000}


def test_a_payout_that_comes_back_after_the_end_waits_in_suspense_and_is_sent_by_hand(collecting):
    bank_days.read((own(), 41_200))
    sent = payouts_sent()
    bank_days.read(*((leg.key, -leg.amount_rupiah) for leg in sent.values()), first=2)
    assert advancing.advance(number=1, at=T0) == "closed"

    bank_days.read((f"RETUR {sent[B].key}", 18_000), ("kirim ulang ke Cibiru", -18_000), first=8)

    source = StatementLine.objects.get(incoming=True, state=STATE.SUSPENSE)
    assert rounds.balances()["suspense"] == -18_000
    again = StatementLine.objects.get(incoming=False, state=STATE.OPEN)
    suspense.pay_back(line_id=again.id, source_id=source.id, act=Act(by=SECOND, at=T0, reason="rekening Cibiru sudah dibetulkan"))
    assert rounds.balances() == {"own-cash": 4_800, "fee-income": -4_800}
    assert StatementLine.objects.get(id=source.id).state == STATE.EXPLAINED


def test_money_without_a_reference_is_counted_for_a_village_by_a_person(collecting):
    bank_days.read(("setoran tunai", 50_000))
    line = StatementLine.objects.get()

    suspense.count_as_pay_in(line_id=line.id, village_code=A, act=Act(by=SECOND, at=T0, reason="kata Bu Ratna"))

    assert pool_items.pool(cycle=rounds.get()).collected_rupiah == 41_200
    assert rounds.balances() == {"agent-cash": 50_000, "suspense": -8_800, "fee-income": -4_800}
    line.refresh_from_db()
    assert (line.state, suspense_account.left_of(line=line)) == (STATE.SUSPENSE, 8_800)
    with pytest.raises(pool_items.MoreThanOpen) as refused:
        suspense.count_as_pay_in(line_id=line.id, village_code=A, act=Act(by=SECOND, at=T0, reason="lagi"))
    assert refused.value.values == {"open": 0, "amount": 8_800}  # what is left of the line, not all that it brought


def test_suspense_and_undecided_lines_keep_a_cycle_from_closing(collecting):
    bank_days.read((own(), 41_200), ("bunga", 70), ("entah", 500))
    sent = payouts_sent()
    bank_days.read(*((leg.key, -leg.amount_rupiah) for leg in sent.values()), first=8)
    assert advancing.advance(number=1, at=T0) == "reconciling"
    interest, unclear = StatementLine.objects.filter(state=STATE.OPEN).order_by("amount_rupiah")

    explaining.explain(line_id=interest.id, act=Act(by=SECOND, at=T0, reason="bunga bank"))
    suspense.hold(line_id=unclear.id, act=Act(by=SECOND, at=T0, reason="belum tahu"))
    assert advancing.advance(number=1, at=T0) == "reconciling"
    bank_days.read(("dikembalikan", -500), first=20)
    back = StatementLine.objects.get(state=STATE.OPEN)
    suspense.pay_back(line_id=back.id, source_id=unclear.id, act=Act(by=SECOND, at=T0, reason="salah kirim"))

    assert advancing.advance(number=1, at=T0) == "closed"


def test_the_words_of_senders_are_kept_only_while_somebody_must_decide(collecting):
    bank_days.read((f"dari Pak Karto {own()}", 41_200), ("dari Bu Sri", 100))
    assert list(StatementLine.objects.order_by("amount_rupiah").values_list("text", flat=True)) == ["dari Bu Sri", ""]
    line = StatementLine.objects.get(state=STATE.OPEN)
    explaining.explain(line_id=line.id, act=Act(by=SECOND, at=T0, reason="bunga"))
    assert not StatementLine.objects.exclude(text="").exists()


def test_a_statement_of_another_account_is_refused(collecting):
    rounds.bank_accounts()
    contents = bank_days.table([("x", 5)])
    mapping = {**bank_days.MAPPING, "rekening": "999888777"}
    with pytest.raises(matching.OtherAccount):
        matching.import_statement(contents=contents, file="x.csv", mapping=mapping, act=Act(by=MAKER, at=T0))
    assert not StatementLine.objects.exists()


@pytest.mark.parametrize(
    ("day", "taken"),
    [
        ("31/12/9999", False),
        ("01/01/0001", False),
        ("31/12/1999", False),
        ("01/01/2000", True),
        ("08/07/2026", True),
        ("09/07/2026", False),
    ],
)
def test_a_booking_of_an_impossible_day_is_refused_with_its_line(collecting, day, taken):
    contents = f"Tanggal;Keterangan;Debit;Kredit;Ref\n02/07/2026;x;;5;B1\n{day};y;;6;B2".encode()
    if not taken:
        with pytest.raises(statement_problems.LinesNotRead, match=r"Baris 3: tanggal buku .* tidak mungkin"):
            matching.import_statement(contents=contents, file="x.csv", mapping=bank_days.MAPPING, act=Act(by=MAKER, at=T0))
    else:
        matching.import_statement(contents=contents, file="x.csv", mapping=bank_days.MAPPING, act=Act(by=MAKER, at=T0))
    assert StatementLine.objects.count() == (2 if taken else 0)


def test_one_transfer_for_two_villages_can_be_counted_for_both(market):
    for home in (A, C):
        rounds.trade(home, B, 10_000)
    rounds.bank_accounts(A, B, C)
    rounds.collecting()
    bank_days.read(("setoran dua desa", 20_000))
    line = StatementLine.objects.get()
    for village in (A, C):
        suspense.count_as_pay_in(line_id=line.id, village_code=village, act=Act(by=SECOND, at=T0, reason="dibawa bersama"))
    assert rounds.balances() == {"agent-cash": 20_000, "fee-income": -400}

    for first, village in ((2, A), (3, C)):
        bank_days.take_back(line, own(village=village), 10_000, first=first)

    assert rounds.balances() == {"fee-income": -400}


def test_a_payout_that_came_back_late_can_pay_the_next_cycle(collecting):
    bank_days.read((own(), 41_200))
    sent = payouts_sent()
    bank_days.read(*((leg.key, -leg.amount_rupiah) for leg in sent.values()), first=2)
    assert advancing.advance(number=1, at=T0) == "closed"
    bank_days.read((f"RETUR {sent[B].key}", 18_000), first=8)
    rounds.trade(B, C, 10_000)
    rounds.collecting(number=2)
    source = StatementLine.objects.get(incoming=True, state=STATE.SUSPENSE)

    suspense.count_as_pay_in(line_id=source.id, village_code=B, act=Act(by=SECOND, at=T0, reason="dipakai membayar"))

    source.refresh_from_db()
    assert (source.state, source.leg_id, suspense_account.left_of(line=source)) == (STATE.SUSPENSE, sent[B].id, 8_000)

"""Lists that are cut by the database: whatever the size of a page, together they are what the whole is, in the order that they promise."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from settlement.bank import account_changes, bank_accounts
from settlement.ledger import parties
from settlement.models import Cycle, PaymentLeg
from settlement.payments import pool_items
from settlement.reports import account_list, cycle_overview, party_totals, payment_overview, trial_balance
from tenants import codes, keyset, villages
from tenants.acts import Act
from tenants.codes import FEDERATION, VillageCode
from tenants.errors import DomainError
from tenants.people.permissions import Principal
from tests.support import many
from tests.support.settlement import books, rounds
from tests.support.settlement.rounds import T0

MANY = [VillageCode(many.code(number)) for number in range(24)]
EVERYWHERE = frozenset((code, "manager") for code in (FEDERATION, *MANY)) | {(FEDERATION, "operator")}
MAKER, OTHER = Principal(rounds.MAKER.account_id, EVERYWHERE), Principal(rounds.SECOND.account_id, EVERYWHERE)


@pytest.fixture
def trading(market) -> Cycle:
    """A cycle of many villages that collects: some sums are equal, one village has paid in part."""
    many.villages_more(market)
    dice = random.Random(7)  # noqa: S311 - a test's dice
    for number, home in enumerate(MANY):
        rounds.trade(home, MANY[(number + dice.randint(1, 5)) % len(MANY)], dice.choice([50_000, 100_000, 150_000]))
    rounds.bank_accounts(*MANY[::3])
    return rounds.collecting()


def walked(read, limit: int) -> list:
    """All rows of a list, read in pages."""
    return list(keyset.walk(lambda after: read(after=after, limit=limit)))


@pytest.mark.parametrize("limit", [1, 4, 50])
def test_the_parties_of_a_cycle(trading, limit):
    whole = party_totals.of_cycle(cycle_id=trading.id)
    assert len(whole) > 20

    found = walked(lambda **place: party_totals.page(cycle_id=trading.id, **place), limit)
    assert found == sorted(whole, key=lambda one: (not one.owes, -abs(one.net_rupiah), one.party))
    for owes in (True, False):
        side = walked(lambda owes=owes, **place: party_totals.side(cycle_id=trading.id, owes=owes, **place), limit)
        wanted = [one for one in whole if one.cash_rupiah and one.owes == owes]
        assert side == sorted(wanted, key=lambda one: (-one.cash_rupiah, one.party))
    few = walked(lambda **place: party_totals.page(cycle_id=trading.id, among=MANY[:3], **place), limit)
    assert {one.party for one in few} == {one.party for one in whole} & set(MANY[:3])


@pytest.mark.parametrize("limit", [1, 4, 50])
def test_the_payments_of_a_cycle_what_waits_for_the_asking_person_first(trading, limit):
    dice = random.Random(3)  # noqa: S311
    for number in range(30):
        village = MANY[dice.randrange(len(MANY))]
        giver, receiver = dice.choice([(FEDERATION, village), (village, FEDERATION)])
        rail = dice.choice(["cash", "bank"])
        PaymentLeg.objects.create(
            cycle=trading,
            giver=giver,
            receiver=receiver,
            amount_rupiah=1_000,
            rail=rail,
            key=f"K{number}",
            state=dice.choice(["planned", "submitted", "succeeded", "failed"]),
            given_by=dice.choice([None, MAKER.account_id, OTHER.account_id]),
            planned_at=T0 + timedelta(hours=dice.randrange(4)),
        )

    def urgency(leg) -> int:
        by_me = leg.giver == FEDERATION and leg.waits_for_giver
        to_me = leg.receiver == FEDERATION and leg.waits_for_receiver and leg.given_by != MAKER.account_id
        return 2 if confirms and (by_me or to_me) else int(leg.state in PaymentLeg.ACTIVE)

    whole = payment_overview.legs(number=1)
    for confirms in (True, False):
        desk = payment_overview.Desk(confirms_cash=confirms, account_id=MAKER.account_id)
        found = walked(lambda desk=desk, **place: payment_overview.most_urgent(number=1, desk=desk, **place), limit)
        assert found == sorted(whole, key=lambda leg: (urgency(leg), leg.planned_at, leg.id), reverse=True)
    some = walked(lambda **place: payment_overview.most_urgent(number=1, desk=desk, among=[MANY[2]], **place), limit)
    assert {leg.id for leg in some} == {leg.id for leg in whole if MANY[2] in (leg.giver, leg.receiver)}


def test_the_sums_of_a_pool_are_those_of_its_parties(trading):
    for number, village in enumerate(MANY[:6]):
        state = ("succeeded", "planned", "submitted")[number % 3]
        for giver, receiver, rail, rupiah in ((village, MANY[7], "cash", 500 + number), (FEDERATION, village, "bank", 90)):
            key = f"{rail}{number}"
            PaymentLeg.objects.create(
                cycle=trading, giver=giver, receiver=receiver, amount_rupiah=rupiah, rail=rail, key=key, state=state, planned_at=T0
            )
    pool = pool_items.pool(cycle=trading)
    found = pool_items.sums_of(cycle_id=trading.id)
    assert (found.collected_rupiah, found.paid_rupiah, found.committed_rupiah) == (
        pool.collected_rupiah,
        pool.paid_rupiah,
        pool.committed_rupiah,
    )
    assert found.collected_rupiah > 0
    assert found.under_way_rupiah > 0


@pytest.mark.parametrize("limit", [1, 7, 90])
def test_the_trial_balance(trading, limit):
    before = T0 + timedelta(days=900)
    whole = trial_balance.draw_up(before=before)
    first = trial_balance.page(before=before, limit=limit)
    assert (first.total, first.is_balanced) == (whole.total, True)
    assert first.empty == sum(row.is_empty for row in whole.rows)
    assert first.total.debit_rupiah > 0

    found = walked(lambda **place: trial_balance.page(before=before, **place).page, limit)
    assert found == [row for row in whole.rows if not row.is_empty]
    one = trial_balance.page(before=before, among=[parties.clearing(MANY[3])], limit=limit)
    assert [row.account for row in one.page.rows] == [parties.clearing(MANY[3])]
    assert (one.total, one.empty) == (first.total, first.empty)
    nothing = trial_balance.page(before=books.NOON - timedelta(days=900), limit=limit)
    assert (nothing.page.rows, nothing.total.debit_rupiah, nothing.empty) == ([], 0, len(whole.rows))


def _live(dice: random.Random, party: VillageCode) -> None:
    """Some of what people do about an account, at any hour of three days; what is refused changes nothing."""
    at = T0
    for _ in range(dice.choice([0, 3, 6, 12])):
        at += timedelta(hours=dice.randrange(30))
        proposed = bank_accounts.status(party=party, at=at).proposed
        proposal = proposed.step_id if proposed else rounds.MAKER.account_id  # or what is no proposal
        act, other = Act(by=MAKER, at=at), Act(by=OTHER, at=at)
        terms = {"bank": "BRI", "bank_code": "002", "bic": "", "number": f"{dice.randrange(10**7, 10**8)}", "holder": "BUMDes"}
        try:
            dice.choice(
                [
                    lambda act=act, terms=terms: account_changes.propose(party=party, **terms, act=act),
                    lambda other=other, proposal=proposal: account_changes.confirm(party=party, proposal_id=proposal, act=other),
                    lambda other=other, proposal=proposal: account_changes.confirm(party=party, proposal_id=proposal, act=other),
                    lambda act=act, proposal=proposal: account_changes.withdraw(party=party, proposal_id=proposal, act=act),
                    lambda act=act: account_changes.stop(party=party, act=act),
                    lambda act=act: account_changes.resume(party=party, act=act),
                ]
            )()
        except DomainError:
            continue


@pytest.mark.parametrize("limit", [1, 9, 100])
def test_the_bank_accounts_of_all_members_who_has_none_first(market, limit):
    many.villages_more(market)
    dice = random.Random(limit)  # noqa: S311
    for party in (*MANY, FEDERATION):
        _live(dice, party)
    members = [FEDERATION, *(seen.code for seen in villages.ready())]
    for hours in (0, 20, 40, 60, 500):
        at = T0 + timedelta(hours=hours)
        known = bank_accounts.statuses(at=at)
        standing = {code: known.get(code, bank_accounts.NOTHING) for code in members}

        found = walked(lambda at=at, **place: account_list.page(at=at, **place).page, limit)
        assert found == sorted(members, key=lambda code: (code != FEDERATION, standing[code].shown is not None, code))
        first = account_list.page(at=at, limit=limit)
        assert first.lacking == sum(one.shown is None for one in standing.values())
        assert first.proposed == sum(one.proposed is not None for one in standing.values())
        assert dict(first.statuses) == {code: known[code] for code in {*first.page.rows, FEDERATION} if code in known}
        assert first.own == standing[FEDERATION]
        assert account_list.page(at=at, among=[], limit=limit).lacking == first.lacking
    assert any(one.stopped for one in standing.values())
    assert any(one.account for one in standing.values())


def test_who_is_not_simply_paid_by_bank(trading):
    cycle = cycle_overview.cycle(number=1)
    creditors = [one.party for one in party_totals.side(cycle_id=cycle.id, owes=False, limit=90).rows if one.party != FEDERATION]
    stopped = next(code for code in creditors if code in MANY[::3])
    account_changes.stop(party=stopped, act=Act(by=MAKER, at=T0))

    found = party_totals.creditors_to_look_at(cycle_id=cycle.id, at=T0)

    assert found.parties == [code for code in creditors if code == stopped or code not in MANY[::3]]
    assert found.with_steps == [stopped]
    assert codes.FEDERATION not in found.parties

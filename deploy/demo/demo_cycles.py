"""The settlement of the demonstration: April to July 2020 closed as cycles, through the ledger's own verbs and a bank's statements.

Most villages pay through the bank, one in cash. In May a village objects; in June the largest debtor pays half, and the rest rolls on; in
July villages leave a part for August.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID

from deploy.demo import demo_jobs, demo_villages, one_time_codes
from federation.members import approvals
from settlement import advancing
from settlement.bank import account_changes, bank_accounts
from settlement.bank.statement_files import references
from settlement.cycles import carry_terms, cutoff, lifecycle, objections
from settlement.payments import bank_files, cash_payments, payouts
from settlement.reports import cycle_overview, full_statement, payment_overview, proposals
from settlement.seals import seals
from settlement.statement_lines import matching
from tenants.acts import Act
from tenants.codes import AT_FEDERATION, FEDERATION, VillageCode
from tenants.people.permissions import Principal

MONTHS = (4, 5, 6, 7)
OBJECTION_DAYS, COLLECTION_DAYS = 2, 9
CASH_VILLAGE = demo_villages.VILLAGES[-1].code  # has no bank account
OBJECTING_VILLAGE = demo_villages.VILLAGES[0].code
OBJECTION_MONTH, LATE_MONTH, CARRY_MONTH = 5, 6, 7
CARRY_RUPIAH = 250_000
ACCOUNTS_ON = date(2020, MONTHS[0] + 1, 1) - timedelta(days=2)  # an account is used a day after its confirmation
LAST_DAY = date(2020, 8, 31)  # what comes later happens at the real clock
ACCOUNT = "999000100000"
MAPPING = {
    "rekening": ACCOUNT,
    "tanggal": "Tanggal",
    "format_tanggal": "yyyy-mm-dd",
    "keterangan": "Keterangan",
    "debit": "Debit",
    "kredit": "Kredit",
    "referensi": "Referensi",
}
Action = Callable[[int, datetime], None]


@dataclasses.dataclass(frozen=True)
class Due:
    """Something that the federation's people do for one cycle at one instant."""

    at: datetime
    number: int
    action: Action


class Rounds:
    """Does what is due of the cycles up to an instant; `jobs` are the people by (village, role)."""

    def __init__(self, *, jobs: demo_jobs.Jobs) -> None:
        self._jobs = jobs
        self._operator, self._approver = jobs[("", "operator")], jobs[("", "approver")]
        self._sealed_on = date.min
        self._due = sorted(self._plan(), key=lambda due: due.at)

    def until(self, at: datetime) -> None:
        """Do everything that is due before this instant; each day that has ended is sealed, as the clock of a running market does."""
        self._seal(at)
        while self._due and self._due[0].at <= at:
            due = self._due.pop(0)
            due.action(due.number, due.at)
            advancing.advance(number=due.number, at=due.at)

    def _seal(self, at: datetime) -> None:
        if at.date() != self._sealed_on and at.date() <= LAST_DAY:
            self._sealed_on = at.date()
            seals.seal_due(at=at)

    def _plan(self) -> Iterator[Due]:
        yield Due(datetime.combine(ACCOUNTS_ON, time(8), demo_villages.TIME_ZONE), 1, self._open_accounts)
        for number, month in enumerate(MONTHS, start=1):
            actions: list[tuple[int, int, Action]] = [
                (1, 8, self._cut_off),
                (3, 9, self._approve),
                (6, 11, self._pay_in),
                (8, 9, self._send),
                (9, 17, self._read_payouts),
                (12, 10, self._nothing),  # the date to pay has passed
                (13, 9, self._send),
                (14, 17, self._read_payouts),
            ]
            if month == OBJECTION_MONTH:
                actions += [(2, 10, self._object), (15, 9, self._answer)]
            for day, hour, action in actions:
                yield Due(datetime.combine(date(2020, month + 1, day), time(hour), demo_villages.TIME_ZONE), number, action)

    def _open_accounts(self, number: int, at: datetime) -> None:
        """Where the federation's and the villages' money lies, two days before the first cut-off; the numbers are invented.

        The operator proposes each account, the village's manager confirms its own, the approver the federation's.
        """
        holders: dict[VillageCode, str] = {FEDERATION: "Federasi Pasarsama Bantul"}
        holders |= {one.code: one.bumdes for one in demo_villages.VILLAGES if one.code != CASH_VILLAGE}
        for turn, (party, holder) in enumerate(holders.items()):
            number_there, act = str(int(ACCOUNT) + turn), Act(by=self._operator, at=at)
            account_changes.propose(party=party, bank="BPD DIY", bank_code="112", bic="", number=number_there, holder=holder, act=act)
            proposed = bank_accounts.status(party=party, at=at).proposed
            assert proposed is not None  # noqa: S101 - for the type checker
            by, place = (self._approver, AT_FEDERATION) if party == FEDERATION else (self._jobs[party, "manager"], party)
            account_changes.confirm(party=party, proposal_id=proposed.step_id, act=Act(by=by, at=at), village_code=place)

    def _cut_off(self, number: int, at: datetime) -> None:
        if MONTHS[number - 1] == CARRY_MONTH:
            self._carry(at)
        cutoff.cut_off(number=number, objection_days=OBJECTION_DAYS, collection_days=COLLECTION_DAYS, act=Act(by=self._operator, at=at))

    def _carry(self, at: datetime) -> None:
        for village in demo_villages.VILLAGES:
            carry_terms.set_debtor_limit(
                village_code=village.code, amount_rupiah=CARRY_RUPIAH, act=Act(by=self._operator, at=at, reason="Rapat federasi Juli")
            )
            carry_terms.agree(village_code=village.code, amount_rupiah=CARRY_RUPIAH, act=Act(by=self._jobs[village.code, "manager"], at=at))

    def _object(self, number: int, at: datetime) -> None:
        """The first village that owes another for an order says that the goods came broken."""
        statement = full_statement.statement(number=number, village_code=OBJECTING_VILLAGE)
        item = next(item for item in statement.items if item.owes and item.other != FEDERATION)
        objections.object_to(
            number=number,
            obligation_id=item.obligation_id,
            village_code=OBJECTING_VILLAGE,
            act=Act(
                by=self._jobs[OBJECTING_VILLAGE, "manager"],
                at=at,
                reason="Barang rusak di jalan, pembeli minta ganti. Belum sepakat dengan penjual.",
            ),
        )

    def _answer(self, number: int, at: datetime) -> None:
        for objection in proposals.objections(number=number):
            if objection.released_at is None:
                answer = "Sudah sepakat: penjual mengganti barangnya."
                objections.answer(number=number, objection_id=objection.id, answer=answer, act=Act(by=self._operator, at=at))

    def _approve(self, number: int, at: datetime) -> None:
        proof = proposals.proof(of=cycle_overview.cycle(number=number))
        approver_id = self._approver.account_id
        assert approver_id is not None  # noqa: S101 - for the type checker
        code = one_time_codes.current_code(user_id=approver_id, at=at)
        approvals.approve(number=number, signed_sha256=proof.signature if proof else "", code=code, act=Act(by=self._approver, at=at))

    def _pay_in(self, number: int, at: datetime) -> None:
        debts = {VillageCode(party): left for party, left in payment_overview.pool(number=number).open_debts.items() if left}
        late = max(debts, key=lambda party: debts[party], default="") if MONTHS[number - 1] == LATE_MONTH else ""
        bookings = []
        for village, left in sorted(debts.items()):
            amount = left // 2 if village == late else left
            if village == CASH_VILLAGE:
                [leg] = cash_payments.plan(
                    number=number, giver=village, amount_rupiah=amount, direct=False, act=Act(by=self._cashier(village), at=at)
                )
                self._hand_over(number, leg.id, giver=village, receiver=FEDERATION, at=at)
            else:
                reference = references.pay_in(cycle_number=number, village_code=village)
                bookings.append((f"TRSF {demo_villages.BY_CODE[village].bumdes} {reference}", amount))
        self._bank_says(bookings, at)

    def _send(self, number: int, at: datetime) -> None:
        """Pay out what lies there; after the cycle has ended there is nothing to do."""
        try:
            payouts.plan(number=number, act=Act(by=self._operator, at=at))
        except lifecycle.CycleMovedOn:
            return
        planned = payment_overview.legs(number=number, giver=FEDERATION, states=["planned"])
        if any(leg.rail == "bank" for leg in planned):
            bank_files.make(number=number, act=Act(by=self._operator, at=at))
        for leg in planned:
            if leg.rail == "cash":
                self._hand_over(number, leg.id, giver=FEDERATION, receiver=leg.receiver, at=at)

    def _read_payouts(self, number: int, at: datetime) -> None:
        sent = payment_overview.legs(number=number, giver=FEDERATION, rail="bank", states=["submitted"])
        self._bank_says([(f"BULK {leg.key}", -leg.amount_rupiah) for leg in sent], at)

    def _nothing(self, number: int, at: datetime) -> None:
        """Only time passes."""

    def _hand_over(self, number: int, leg_id: UUID, *, giver: VillageCode, receiver: VillageCode, at: datetime) -> None:
        cash_payments.give(number=number, leg_id=leg_id, party=giver, act=Act(by=self._cashier(giver), at=at))
        cash_payments.receive(
            number=number, leg_id=leg_id, party=receiver, act=Act(by=self._cashier(receiver), at=at + timedelta(minutes=5))
        )

    def _bank_says(self, bookings: Sequence[tuple[str, int]], at: datetime) -> None:
        """Import a day's table of the federation's bank."""
        if not bookings:
            return
        lines = ["Tanggal;Keterangan;Debit;Kredit;Referensi"]
        for place, (text, amount) in enumerate(bookings, start=1):
            debit, credit = ("", amount) if amount > 0 else (-amount, "")
            lines.append(f"{at:%Y-%m-%d};{text};{debit};{credit};{at:%y%m%d}{place:04}")
        matching.import_statement(
            contents="\n".join(lines).encode(), file=f"mutasi-{at:%Y-%m-%d}.csv", mapping=MAPPING, act=Act(by=self._operator, at=at)
        )

    def _cashier(self, party: str) -> Principal:
        """Who holds a party's cash."""
        return self._operator if party == FEDERATION else self._jobs[party, "cashier"]

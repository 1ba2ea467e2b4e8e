"""A statement line that is no business of the cycles: the federation's own cost or income, or no booking at all.

Whatever left the account or came to it is booked once: what is explained as the federation's own goes through its own costs, and its own
cash bears it (own_costs). Only a doubtful line can be called misread, and books nothing.
"""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext_noop

from settlement import money_hold
from settlement.bank.statement_files import references
from settlement.cycles import lifecycle
from settlement.ledger import own_costs
from settlement.models import Cycle, PaymentLeg, StatementLine
from settlement.payments import agent_cash, take_backs
from settlement.statement_lines import line_decisions, line_reasons
from tenants.acts import Act
from tenants.codes import FEDERATION
from tenants.errors import DomainError, Kind

State = StatementLine.State
What = StatementLine.Decision
OWN_RUPIAH_MAX = 1_000_000_000  # no bank charges or pays a federation of villages so much in one booking


class PayoutOnLine(DomainError):
    """The line names a payout and has all of its money: called a cost, the village would be paid once more."""

    kind = Kind.CONFLICT
    code = "line-names-a-payout"
    sentence = gettext_noop(
        "Baris ini menyebut pembayaran %(key)s dan uangnya cukup untuk itu. Nyatakan sebagai pembayaran itu, supaya desanya tidak dibayar "
        "dua kali; sisanya menjadi biaya federasi."
    )


class PerhapsMisread(DomainError):
    """No own cost or income is so large in one line: more likely a column or a decimal was misread."""

    kind = Kind.CONFLICT
    code = "line-perhaps-misread"
    sentence = gettext_noop(
        "Lebih dari Rp %(most)s dalam satu baris bukan biaya atau pendapatan federasi; mungkin salah baca. Bandingkan dengan rekening "
        "korannya. Kalau berkasnya salah baca, tarik berkas itu."
    )


class NotDoubtful(DomainError):
    """Nothing says that the line might be misread: its money moved."""

    kind = Kind.CONFLICT
    code = "line-not-doubtful"
    sentence = gettext_noop(
        "Baris ini tidak diragukan: uangnya benar-benar berpindah. Kalau seluruh berkasnya salah baca, tarik berkas itu."
    )


def explain(*, line_id: UUID, act: Act) -> None:
    """The line is the federation's own: a bank's charge, interest, its rent. Its rupiah are booked, its sen are left out of the books.

    Where its own cash does not cover it, what a cycle only planned to pay out is called off: agent cash lacks as much.

    :raises PayoutOnLine, PerhapsMisread, line_decisions.ReasonMissing, line_decisions.AlreadyDecided: and nothing was changed
    :raises permissions.Forbidden: unless `act.by` decides statement lines
    """
    with line_decisions.deciding(what=What.EXPLAINED, act=act) as deciding:
        cycle = locked_cycle()
        line = deciding.waiting(line_id, within=(State.OPEN,))
        if line is None:
            return
        _check_no_payout(line)
        if line.amount_rupiah > OWN_RUPIAH_MAX:
            raise PerhapsMisread(most=OWN_RUPIAH_MAX)
        deciding.decide(line, to=State.EXPLAINED)
        if line.incoming:
            own_costs.gain(line_id=line.id, amount_rupiah=line.amount_rupiah, happened_at=act.at)
            agent_cash.settle(arrived_rupiah=line.amount_rupiah, cause_id=line.id, at=act.at)
        else:
            bear(line=line, amount_rupiah=line.amount_rupiah, cycle=cycle, act=deciding.act)


def call_misread(*, line_id: UUID, act: Act) -> None:
    """The line is no booking of the bank's, or one that another line shows: nothing is booked for it.

    :raises NotDoubtful, line_decisions.ReasonMissing, line_decisions.AlreadyDecided: and nothing was changed
    :raises permissions.Forbidden: unless `act.by` decides statement lines
    """
    with line_decisions.deciding(what=What.MISREAD, act=act) as deciding:
        line = deciding.waiting(line_id, within=(State.OPEN,))
        if line is None:
            return
        if line.why not in line_reasons.DOUBTFUL:
            raise NotDoubtful
        deciding.decide(line, to=State.EXPLAINED)


def bear(*, line: StatementLine, amount_rupiah: int, cycle: Cycle | None, act: Act) -> None:
    """So much of a locked line is the federation's cost; `cycle`: the one under way, locked. Locks agent cash last."""
    own_costs.bear(line_id=line.id, amount_rupiah=amount_rupiah, happened_at=act.at)
    agent_cash.settle(arrived_rupiah=0, cause_id=line.id, at=act.at)
    if cycle is not None:
        take_backs.call_off_uncovered(cycle=cycle, act=act)


def locked_cycle() -> Cycle | None:
    """The cycle under way, locked before any line; None if there is none."""
    found = lifecycle.unfinished()
    return lifecycle.locked(number=found.number) if found is not None else None


def _check_no_payout(line: StatementLine) -> None:
    if references.leg_of(reference=line.key) is None or line.incoming:
        return
    if line.why == "unknown-payment" and money_hold.newest() is not None:  # a payout that the books lost
        raise PayoutOnLine(key=line.key)
    legs = PaymentLeg.objects.filter(key=line.key, giver=FEDERATION, amount_rupiah__lte=line.amount_rupiah)
    if legs.exists():
        raise PayoutOnLine(key=line.key)

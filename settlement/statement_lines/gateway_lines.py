"""What gateways pay out to the federation's bank account: matched with a statement's line by reference and amount."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop

from settlement.bank import bank_accounts
from settlement.bank.gateways import gateway_interface as gateways
from settlement.cycles import lifecycle
from settlement.ledger import federation_books, gateway_money, locks, open_accounts
from settlement.models import GatewayPayout, StatementLine
from settlement.payments import agent_cash
from tenants.errors import DomainError, Kind

State = GatewayPayout.State


class MoreThanAtGateway(DomainError):
    """A gateway pays out what it holds, and no more."""

    kind = Kind.CONFLICT
    code = "more-than-at-gateway"
    sentence = gettext_noop("Menurut buku, gerbang itu memegang Rp %(held)s. Simpan dulu sebagai uang yang belum jelas.")


class MoreThanAgentCash(DomainError):
    """A gateway takes from the federation's account what lies there for nobody else, and no more."""

    kind = Kind.CONFLICT
    code = "more-than-agent-cash"
    sentence = gettext_noop("Menurut buku, kas titipan yang bisa diambil gerbang tinggal Rp %(free)s. Periksa lagi baris itu.")


class NoSuchGateway(DomainError):
    """No gateway of this name has an account."""

    kind = Kind.INVALID
    code = "no-such-gateway"
    sentence = gettext_noop("Gerbang pembayaran itu tidak ada.")


def learn(*, gateway: str, payout: gateways.PayoutReading, at: datetime) -> None:
    """Take in what a gateway says of one of its payouts; a line that was imported before and waits for it is matched now.

    What stands on a line already, or was known with another amount, stays as it is: the statement counts.
    """
    with transaction.atomic(durable=True):
        # The account's row first, as an import does: the line comes before or after, never between.
        bank_accounts.hold_own()
        row, _new = GatewayPayout.objects.get_or_create(
            gateway=gateway,
            external_id=payout.id,
            defaults={"amount_rupiah": payout.amount_rupiah, "reference": payout.reference, "learned_at": at},
        )
        if row.line_id is not None or row.amount_rupiah != payout.amount_rupiah:
            return
        row.state, row.reference = State(payout.state.value), payout.reference
        row.save(update_fields=["state", "reference"])
        waiting = StatementLine.objects.select_for_update(no_key=True).filter(
            state=StatementLine.State.OPEN, incoming=True, amount_rupiah=row.amount_rupiah, sen=0
        )
        for line in waiting.order_by("booked_on", "id"):
            if expected(text=line.text, amount_rupiah=line.amount_rupiah) == row:
                line.state, line.why, line.text = StatementLine.State.MATCHED, "", ""
                line.save(update_fields=["state", "why", "text"])
                book(payout=row, line=line, at=at)
                arrived(amount_rupiah=line.amount_rupiah, cause_id=line.id, at=at)
                return


def expected(*, text: str, amount_rupiah: int) -> GatewayPayout | None:
    """The payout that an incoming line of this text and amount shows, if exactly one fits and the gateway held so much by the books."""
    rows = GatewayPayout.objects.filter(line=None, amount_rupiah=amount_rupiah).exclude(state=State.FAILED)
    fits = [row for row in rows.order_by("id") if row.reference and _bare(row.reference) in _bare(text)]
    if len(fits) != 1 or amount_rupiah > federation_books.gateway_balances().get(fits[0].gateway, 0):
        return None
    return fits[0]


def book_decided(*, gateway: str, line: StatementLine, amount_rupiah: int, at: datetime) -> None:
    """A person says that so much of a line is a payout of this gateway; if it spoke of one of the line's amount, it is that one.

    :raises MoreThanAtGateway: if the gateway holds less by the books
    """
    held = federation_books.gateway_balances().get(gateway, 0)
    if amount_rupiah > held:
        raise MoreThanAtGateway(held=held)
    gateway_money.arrive(gateway=gateway, line_id=line.id, amount_rupiah=amount_rupiah, happened_at=at)
    known = GatewayPayout.objects.filter(gateway=gateway, line=None, amount_rupiah=line.amount_rupiah).order_by("id").first()
    if known is not None:
        known.line, known.state = line, State.PAID
        known.save(update_fields=["line", "state"])


def book_taken(*, gateway: str, line: StatementLine, at: datetime) -> None:
    """A person says that this gateway took a line's money from the federation's account.

    :raises MoreThanAgentCash: if less of agent cash is there than that, beside what lies in suspense and in a cycle's pool
    """
    locks.hold_agent_cash()
    books = federation_books.read()
    free = max(0, books.agent_cash_rupiah - books.suspense_rupiah - agent_cash.in_pool())
    if line.amount_rupiah > free:
        raise MoreThanAgentCash(free=free)
    gateway_money.withdraw(gateway=gateway, line_id=line.id, amount_rupiah=line.amount_rupiah, happened_at=at)


def check_known(*, gateway: str) -> None:
    """Only of a gateway can money be.

    :raises NoSuchGateway: if no gateway of this name has an account
    """
    if gateway not in open_accounts.gateways():
        raise NoSuchGateway


def book(*, payout: GatewayPayout, line: StatementLine, at: datetime) -> None:
    """The payout stands on this line, which is saved: it is agent cash."""
    gateway_money.arrive(gateway=payout.gateway, line_id=line.id, amount_rupiah=line.amount_rupiah, happened_at=at)
    payout.line, payout.state = line, State.PAID
    payout.save(update_fields=["line", "state"])


def arrived(*, amount_rupiah: int, cause_id: UUID, at: datetime) -> None:
    """So much arrived in the caller's transaction, which locks nothing after this: the federation takes what of it is its own, and a cycle
    that collects gets what the federation owes its pool.
    """
    if not amount_rupiah:
        return
    agent_cash.settle(arrived_rupiah=amount_rupiah, cause_id=cause_id, at=at)
    cycle = lifecycle.unfinished()
    if cycle is not None:
        lifecycle.wake_worker(cycle=cycle)


def _bare(text: str) -> str:
    """Letters and digits only: banks break lines and change case as they like."""
    return "".join(letter for letter in text.upper() if letter.isalnum())

"""ISO 20022 camt.053, the bank's statement to its customer: versions .02 to .08 and after, whatever their namespace is called.

Only what is booked is read; bookings that are still pending, or of nothing, come again or never count. A collective booking is split into
its transactions if the bank gives an amount to each; if it gives none, it stays one entry with all their texts. Charges that the bank
booked together with a transaction become entries of their own.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from xml.etree.ElementTree import Element, ParseError  # noqa: S405 - only the types; defusedxml reads

from defusedxml import ElementTree
from django.utils.translation import gettext_noop

from settlement.bank.statement_files import (
    SEN_PER_RUPIAH,
    Direction,
    Statement,
    StatementEntry,
    bank_amounts,
    camt053_days,
    charges,
    statement_problems,
    xml_elements,
)
from tenants import days, errors

_NO_DATE = gettext_noop("tanggal buku tidak ada atau tidak terbaca.")
_NO_DIRECTION = gettext_noop("tidak disebut uang masuk atau keluar.")
_NO_AMOUNT = gettext_noop("jumlahnya tidak ada.")
_OTHER_CURRENCY = gettext_noop("mata uangnya “%(currency)s”, bukan IDR.")
_PARTS_DISAGREE = gettext_noop("jumlah rinciannya Rp %(parts_rupiah)s, bukan Rp %(amount_rupiah)s.")
_DIRECTIONS = {"CRDT": Direction.CREDIT, "DBIT": Direction.DEBIT}
_NOT_PROVIDED = "NOTPROVIDED"  # ISO's word for a payer who gave no end-to-end id


class NotCamt053(errors.DomainError):
    """The file is no camt.053, or XML that may not be opened."""

    kind = errors.Kind.INVALID
    code = "not-camt053"
    sentence = gettext_noop("Berkas ini bukan rekening koran camt.053 yang utuh.")


class AccountUnclear(errors.DomainError):
    """The file names no account, or several."""

    kind = errors.Kind.INVALID
    code = "statement-account-unclear"
    sentence = gettext_noop("Berkas harus memuat satu rekening saja, dengan nomornya. Unduh rekening koran untuk satu rekening.")


@dataclass(frozen=True, slots=True)
class _Booking:
    """What the transactions of one booking have in common."""

    account: str
    booked_on: date
    direction: Direction
    amount_in_sen: int
    bank_reference: str
    reversal: bool
    place: int


def read(contents: bytes) -> Statement:
    """The statement in a file, entries in its order; several statements of one account follow each other.

    :raises NotCamt053: :raises AccountUnclear: if the file as a whole is not what is asked for
    :raises statement_problems.FileTooLarge: over 5 MB or 50,000 entries
    :raises statement_problems.LinesNotRead: with all bookings and balances that cannot be read
    :raises statement_problems.BalancesDisagree: if the bookings do not lead from the opening to the closing balance
    """
    statement_problems.check_size(contents=contents)
    statements = _statements(contents)
    account = _account(statements)
    statement_problems.check_count(entries=sum(len(xml_elements.children(statement, "Ntry")) for statement in statements))
    places = itertools.count(1)
    wrong: list[statement_problems.Problem] = []
    read = [_read_one(statement, account=account, places=places, wrong=wrong) for statement in statements]
    if wrong:
        raise statement_problems.LinesNotRead(problems=wrong)
    for one in read:
        statement_problems.check_balances(statement=one)
    entries = [entry for one in read for entry in one.entries]
    statement_problems.check_count(entries=len(entries))
    return Statement(account, entries, read[0].opening_in_sen, read[-1].closing_in_sen, covers=camt053_days.of(statements))


def _read_one(statement: Element, *, account: str, places: Iterator[int], wrong: list[statement_problems.Problem]) -> Statement:
    """One statement of the file; what cannot be read is added to `wrong`."""
    currency = xml_elements.text(statement, "Acct", "Ccy")
    entries: list[StatementEntry] = []
    for booking in xml_elements.children(statement, "Ntry"):
        place = next(places)
        try:
            entries += _entries(booking, account=account, currency=currency, place=place)
        except statement_problems.LineNotRead as reason:
            wrong.append(reason.at(place))
    opening = closing = None
    try:
        opening, closing = _balance(statement, "OPBD", "PRCD"), _balance(statement, "CLBD")
    except statement_problems.LineNotRead as reason:
        wrong.append(statement_problems.BalanceProblem(0, reason.sentence, reason.values))
    return Statement(account, entries, opening, closing)


def _statements(contents: bytes) -> Sequence[Element]:
    try:
        root = ElementTree.fromstring(contents, forbid_dtd=True)
    except (ParseError, ValueError, LookupError) as reason:  # defusedxml's own errors are ValueErrors
        raise NotCamt053 from reason
    statements = xml_elements.children(xml_elements.child(root, "BkToCstmrStmt"), "Stmt")
    if xml_elements.name(root) != "Document" or not statements:
        raise NotCamt053
    return statements


def _account(statements: Sequence[Element]) -> str:
    numbers = {_number(xml_elements.child(statement, "Acct")) for statement in statements}
    account = numbers.pop()
    if numbers or not account:
        raise AccountUnclear
    return account


def _number(account: Element | None) -> str:
    return xml_elements.text(account, "Id", "IBAN") or xml_elements.text(account, "Id", "Othr", "Id")


def _entries(booking: Element, *, account: str, currency: str, place: int) -> Iterator[StatementEntry]:
    """A booking's entries: none if it is not booked or moves nothing, one, or one for each of its transactions."""
    amount = _in_sen(xml_elements.child(booking, "Amt"), currency=currency)
    status = xml_elements.text(booking, "Sts", "Cd") or xml_elements.text(booking, "Sts")
    if not amount or status not in ("BOOK", ""):
        return
    booked = xml_elements.text(booking, "BookgDt", "Dt") or xml_elements.text(booking, "BookgDt", "DtTm")
    common = _Booking(
        account=account,
        booked_on=_date(booked),
        direction=_direction(booking),
        amount_in_sen=amount,
        bank_reference=xml_elements.text(booking, "AcctSvcrRef"),
        reversal=xml_elements.text(booking, "RvslInd") in ("true", "1"),
        place=place,
    )
    details = [found for group in xml_elements.children(booking, "NtryDtls") for found in xml_elements.children(group, "TxDtls")]
    extra = xml_elements.text(booking, "AddtlNtryInf")
    if len(details) == 1:
        yield from _single(common, details[0], booking, extra=extra)
        return
    own = [_own_amount(detail) for detail in details]
    if not any(amount is not None for amount in own):
        yield _entry(common, details, extra=extra)
        return
    parts = [_part(common, detail, amount) for detail, amount in zip(details, own, strict=True)]
    taken = [_charge(detail) for detail in details]
    moved = amount if common.direction is Direction.CREDIT else -amount
    total = sum(part.moved_in_sen for part in parts)
    if moved not in (total, total - sum(taken)):
        raise statement_problems.LineNotRead(
            _PARTS_DISAGREE, parts_rupiah=statement_problems.Sum(abs(total)), amount_rupiah=statement_problems.Sum(amount)
        )
    yield from parts
    if total != moved:
        yield from (charges.charge(of=part, in_sen=in_sen) for part, in_sen in zip(parts, taken, strict=True) if in_sen)


def _single(common: _Booking, detail: Element, booking: Element, *, extra: str) -> Iterator[StatementEntry]:
    """The one transaction of a booking, and its charge where the bank booked both together."""
    whole = _entry(common, [detail], extra=extra)
    own, in_sen = _own_amount(detail), _charge(detail) or _charge(booking)
    if not in_sen or own is None or own.get("Ccy") != "IDR":
        yield whole
        return
    rupiah, sen = divmod(bank_amounts.iso(text=own.text or ""), SEN_PER_RUPIAH)
    part = dataclasses.replace(whole, amount_rupiah=rupiah, sen=sen)
    if part.moved_in_sen - in_sen == whole.moved_in_sen and part.moved_in_sen:
        yield from (part, charges.charge(of=part, in_sen=in_sen))
    else:
        yield whole


def _charge(element: Element) -> int:
    """What the bank took for a booking or transaction, in sen; below zero if it gave some back. In version .02 each charge stands alone."""
    taken = 0
    for group in xml_elements.children(element, "Chrgs"):
        records = xml_elements.children(group, "Rcrd") or [group]
        for record in records:
            amount = xml_elements.child(record, "Amt")
            amount = xml_elements.child(record, "TtlChrgsAndTaxAmt") if amount is None else amount
            in_sen = _in_sen(amount, currency="IDR") if amount is not None else 0
            taken += -in_sen if xml_elements.text(record, "CdtDbtInd") == "CRDT" else in_sen
    return taken


def _part(common: _Booking, detail: Element, amount: Element | None) -> StatementEntry:
    """One transaction of a collective booking; its bank reference is its own, never the booking's, which all would share."""
    in_sen = _in_sen(amount, currency="")
    if not in_sen:
        raise statement_problems.LineNotRead(_NO_AMOUNT)
    direction = _direction(detail) if xml_elements.text(detail, "CdtDbtInd") else common.direction
    one = _Booking(common.account, common.booked_on, direction, in_sen, "", common.reversal, common.place)
    return _entry(one, [detail], extra="")


def _entry(booking: _Booking, details: Sequence[Element], *, extra: str) -> StatementEntry:
    """One entry; with several transactions that the bank gave no amounts it has the texts of all and no key or other party of one."""
    one = details[0] if len(details) == 1 else None
    key = xml_elements.text(one, "Refs", "EndToEndId")
    reversal = booking.reversal or xml_elements.child(one, "RtrInf") is not None
    # The parties of a reversal are those of the payment that it takes back.
    payer_is_other = (booking.direction is Direction.CREDIT) != reversal
    role = "Dbtr" if payer_is_other else "Cdtr"
    party = xml_elements.child(one, "RltdPties", role)
    remittance = [text for detail in details for text in _texts(detail)]
    rupiah, sen = divmod(booking.amount_in_sen, SEN_PER_RUPIAH)
    return StatementEntry(
        account=booking.account,
        booked_on=booking.booked_on,
        amount_rupiah=rupiah,
        direction=booking.direction,
        remittance="\n".join([*remittance, *([extra] if extra else [])]),
        end_to_end_id="" if key == _NOT_PROVIDED else key,
        bank_reference=xml_elements.text(one, "Refs", "AcctSvcrRef") or booking.bank_reference,
        counterparty_name=xml_elements.text(party, "Nm") or xml_elements.text(party, "Pty", "Nm"),
        counterparty_account=_number(xml_elements.child(one, "RltdPties", role + "Acct")),
        reversal=reversal,
        place=booking.place,
        sen=sen,
    )


def _texts(detail: Element) -> Iterator[str]:
    yield from xml_elements.leaves(xml_elements.child(detail, "RmtInf"), "Ustrd", "Ref", "AddtlRmtInf")
    yield from xml_elements.leaves(detail, "AddtlTxInf")


def _own_amount(detail: Element) -> Element | None:
    """A transaction's own amount: at its top from version .04 on, under AmtDtls before."""
    return next(
        (found for path in (("Amt",), ("AmtDtls", "TxAmt", "Amt")) if (found := xml_elements.child(detail, *path)) is not None), None
    )


def _in_sen(amount: Element | None, *, currency: str) -> int:
    if amount is None:
        raise statement_problems.LineNotRead(_NO_AMOUNT)
    named = amount.get("Ccy") or currency
    if named != "IDR":
        raise statement_problems.LineNotRead(_OTHER_CURRENCY, currency=named)
    return bank_amounts.iso(text=amount.text or "")


def _direction(element: Element) -> Direction:
    try:
        return _DIRECTIONS[xml_elements.text(element, "CdtDbtInd")]
    except KeyError:
        raise statement_problems.LineNotRead(_NO_DIRECTION) from None


def _date(text: str) -> date:
    """The day of a booking: of an instant, that of the federation."""
    try:
        return days.of_iso(text)
    except ValueError:
        raise statement_problems.LineNotRead(_NO_DATE) from None


def _balance(statement: Element, *codes: str) -> int | None:
    """The first balance of these kinds in sen, in the order of the kinds; below zero if it is a debt."""
    found = {xml_elements.text(balance, "Tp", "CdOrPrtry", "Cd"): balance for balance in reversed(xml_elements.children(statement, "Bal"))}
    balance = next((found[code] for code in codes if code in found), None)
    if balance is None:
        return None
    in_sen = _in_sen(xml_elements.child(balance, "Amt"), currency=xml_elements.text(statement, "Acct", "Ccy"))
    return in_sen if _direction(balance) is Direction.CREDIT else -in_sen

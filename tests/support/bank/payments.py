"""Instructions for the tests of rails: the federation pays villages."""

from __future__ import annotations

import dataclasses
import datetime

from hypothesis import strategies as st

from settlement.bank.rails import account_rules
from settlement.bank.rails import rail_interface as rails

AT = datetime.datetime(2026, 8, 3, 2, 30, tzinfo=datetime.UTC)
ON = datetime.date(2026, 8, 4)
FEDERATION = account_rules.BankAccount(holder="Federasi BUMDes Sleman", number="0012-01-000345-30-1", bank_code="002", bic="BRINIDJA")
CIBIRU = account_rules.BankAccount(holder="BUMDes Cibiru Makmur", number="1370012345678", bank_code="008")
TO_CIBIRU = rails.Instruction(
    key="PSL01ARZ3NDEKTSV4RRFFQ69G5FAV",
    payer=FEDERATION,
    payee=CIBIRU,
    amount_rupiah=20_600,
    remittance="Kliring siklus 7",
    village="Cibiru",
)

_texts = st.one_of(st.text(max_size=200), st.text(alphabet="Dé'–&<>\"=+-@/:ꦧ李 ", max_size=200))
_banks = st.sampled_from([("002", ""), ("", "BRINIDJA"), ("111", "BDINIDJAXXX")])


def _account(name: str, number: str, bank: tuple[str, str]) -> account_rules.BankAccount:
    return account_rules.BankAccount(holder=f"{name} BUMDes", number=number, bank_code=bank[0], bic=bank[1])


accounts = st.builds(_account, _texts.map(lambda text: text[:40]), st.from_regex(r"[0-9][0-9 .-]{0,9}[0-9]{5}", fullmatch=True), _banks)


@st.composite
def batches(draw: st.DrawFn, most: int = 8) -> list[rails.Instruction]:
    """Some instructions of one payer under different keys."""
    payer = draw(accounts)
    keys = draw(st.lists(st.from_regex(r"[A-Za-z0-9][A-Za-z0-9-]{0,34}", fullmatch=True), min_size=1, max_size=most, unique=True))
    return [
        rails.Instruction(
            key=key,
            payer=payer,
            payee=draw(accounts),
            amount_rupiah=draw(st.integers(1, 10**14)),
            remittance=draw(_texts),
            village="Cibiru",
        )
        for key in keys
    ]


def changed(**values: object) -> rails.Instruction:
    """The payment to Cibiru with something else about it."""
    return dataclasses.replace(TO_CIBIRU, **values)  # type: ignore[arg-type]


def payee(**values: object) -> rails.Instruction:
    """The payment to Cibiru with something else about its account."""
    return changed(payee=dataclasses.replace(CIBIRU, **values))  # type: ignore[arg-type]

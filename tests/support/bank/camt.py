"""camt.053 for tests, in the structure of version .08 or, where asked, of .02."""

from __future__ import annotations

ACCOUNT = "001201000345301"


def booking(
    amount: str = "20600.00",
    *,
    way: str = "CRDT",
    currency: str = "IDR",
    day: str = "<Dt>2026-08-04</Dt>",
    status: str = "<Sts><Cd>BOOK</Cd></Sts>",
    bank_reference: str = "BRI-77",
    reversal: str = "",
    details: str = "",
    extra: str = "",
) -> str:
    """One Ntry."""
    return (
        f'<Ntry><NtryRef>1</NtryRef><Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>{way}</CdtDbtInd>{reversal}{status}'
        f"<BookgDt>{day}</BookgDt><AcctSvcrRef>{bank_reference}</AcctSvcrRef>"
        f"{details and f'<NtryDtls>{details}</NtryDtls>'}{extra and f'<AddtlNtryInf>{extra}</AddtlNtryInf>'}</Ntry>"
    )


def transaction(
    amount: str = "",
    *,
    text: str = "",
    key: str = "",
    payer: str = "",
    payee: str = "",
    own: str = "",
    rest: str = "",
    old: bool = False,
    way: str = "",
) -> str:
    """One TxDtls; `old` puts amount and names where version .02 has them."""
    amounts = f'<Amt Ccy="IDR">{amount}</Amt>' if amount else ""
    if old and amount:
        amounts = f"<AmtDtls><TxAmt>{amounts}</TxAmt></AmtDtls>"
    named = (lambda name: f"<Nm>{name}</Nm>") if old else (lambda name: f"<Pty><Nm>{name}</Nm></Pty>")
    parties = "".join(
        f"<{role}>{named(name)}</{role}><{role}Acct><Id><Othr><Id>{len(name)}7788</Id></Othr></Id></{role}Acct>"
        for role, name in (("Dbtr", payer), ("Cdtr", payee))
        if name
    )
    return (
        f"<TxDtls><Refs>{own and f'<AcctSvcrRef>{own}</AcctSvcrRef>'}<EndToEndId>{key or 'NOTPROVIDED'}</EndToEndId></Refs>{amounts}"
        f"{way and f'<CdtDbtInd>{way}</CdtDbtInd>'}"
        f"<RltdPties>{parties}</RltdPties>{text and f'<RmtInf><Ustrd>{text}</Ustrd></RmtInf>'}{rest}</TxDtls>"
    )


def balance(code: str, amount: str, *, way: str = "CRDT") -> str:
    """One Bal."""
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>"
        f'<Amt Ccy="IDR">{amount}</Amt><CdtDbtInd>{way}</CdtDbtInd><Dt><Dt>2026-08-04</Dt></Dt></Bal>'
    )


def statement(*parts: str, account: str = f"<Othr><Id>{ACCOUNT}</Id></Othr>") -> str:
    """One Stmt."""
    return f"<Stmt><Id>S1</Id><Acct><Id>{account}</Id><Ccy>IDR</Ccy></Acct>{''.join(parts)}</Stmt>"


def document(*statements: str, version: str = "08") -> bytes:
    """A whole file."""
    return (
        f"<?xml version='1.0' encoding='utf-8'?><Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}'>"
        f"<BkToCstmrStmt><GrpHdr><MsgId>M</MsgId></GrpHdr>{''.join(statements)}</BkToCstmrStmt></Document>"
    ).encode()


def file(*bookings: str, version: str = "08") -> bytes:
    """A file of one statement without balances."""
    return document(statement(*bookings), version=version)

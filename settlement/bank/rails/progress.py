"""How far a leg has come, and what an outcome changes about it. One table says it all; whoever stores legs only obeys.

    PLANNED → SUBMITTED → SUCCEEDED | FAILED | UNKNOWN → RETURNED

States only move forward. An outcome that is reported twice counts once. An outcome that contradicts what was already acted upon is put
aside (quarantined) for a person: nothing is guessed, nothing is lost.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_noop

from settlement.bank.rails import account_rules
from settlement.bank.rails import rail_interface as rails


class LegState(enum.StrEnum):
    """Where a payment leg stands. Submitted: somebody outside was told to move the money (a file written, a call made)."""

    PLANNED = "planned"
    SUBMITTED = "submitted"
    UNKNOWN = "unknown"  # it may have happened: ask under the same key
    FAILED = "failed"  # no money moved; whatever follows is a new leg
    SUCCEEDED = "succeeded"
    RETURNED = "returned"  # it moved and came back; final


@dataclass(frozen=True, slots=True)
class Step:
    """The state after an outcome; `quarantined` is empty, or why the outcome was put aside (a key of REASONS) and changed nothing."""

    state: LegState
    quarantined: str = ""


# Why an outcome is put aside: what the page that shows it says.
REASONS: Mapping[str, str] = {
    "wrong-amount": gettext_noop("Jumlahnya tidak sama dengan pembayaran yang direncanakan."),
    "no-amount": gettext_noop("Tidak disebut berapa uang yang berpindah."),
    "wrong-account": gettext_noop("Rekening penerimanya bukan yang direncanakan."),
    "key-reused": gettext_noop("Gerbang sudah mengenal nomor pembayaran ini dengan isi lain. Tanyakan gerbang apa yang sudah dibayarnya."),
    "after-failure": gettext_noop("Pembayaran ini sudah dinyatakan gagal, tetapi ada kabar bahwa uangnya berpindah."),
    "after-its-cycle": gettext_noop("Putarannya sudah selesai. Uangnya baru dihitung kembali bila terlihat di rekening."),
    "before-submission": gettext_noop("Uang kembali dari pembayaran yang belum pernah dikirim."),
}

_S, _U, _F, _D, _R = (
    Step(LegState.SUBMITTED),
    Step(LegState.UNKNOWN),
    Step(LegState.FAILED),
    Step(LegState.SUCCEEDED),
    Step(LegState.RETURNED),
)
# FAILED is what others act upon (the money is planned again), so every sign of money after it goes to a person, in whichever order a bank
# sends its notices. RETURNED before the success is known is the same two notices the other way round: the later success adds nothing.
_AFTER_FAILURE = Step(LegState.FAILED, "after-failure")
# Columns as OutcomeState names them: accepted, unknown, failed, succeeded, returned.
_ROWS: Mapping[LegState, tuple[Step, ...]] = {
    LegState.PLANNED: (_S, _U, _F, _D, Step(LegState.PLANNED, "before-submission")),
    LegState.SUBMITTED: (_S, _U, _F, _D, _R),
    LegState.UNKNOWN: (_U, _U, _F, _D, _R),
    LegState.FAILED: (_F, _F, _F, _AFTER_FAILURE, _AFTER_FAILURE),
    LegState.SUCCEEDED: (_D, _D, _R, _D, _R),
    LegState.RETURNED: (_R, _R, _R, _R, _R),
}
TABLE: Mapping[tuple[LegState, rails.OutcomeState], Step] = {
    (state, outcome): step for state, row in _ROWS.items() for outcome, step in zip(rails.OutcomeState, row, strict=True)
}
_MOVES_MONEY = {rails.OutcomeState.SUCCEEDED, rails.OutcomeState.RETURNED}


def after(*, state: LegState, outcome: rails.Outcome, amount_rupiah: int, account: str = "") -> Step:
    """Where a leg of `amount_rupiah` to `account` stands once `outcome` is known; the same outcome again changes nothing.

    An account is compared by its letters and digits, and only where both sides name one.
    """
    if outcome.amount_rupiah is not None and outcome.amount_rupiah != amount_rupiah:
        return Step(state, "wrong-amount")
    if outcome.amount_rupiah is None and outcome.state in _MOVES_MONEY:
        return Step(state, "no-amount")
    if account and outcome.account and account_rules.bare(account) != account_rules.bare(outcome.account):
        return Step(state, "wrong-account")
    return TABLE[state, outcome.state]

"""Which rows a seal covers, and how each is written before it is hashed. The form is fixed: seals that were given away stand on it.

    row      sha256 of `[kind, id, column, ...]` as PostgreSQL writes a jsonb array: instants in microseconds since 1970, days as
             YYYY-MM-DD, files as the hexadecimal digits of their sha256, nothing as null
    content  sha256 of the hashes of a seal's rows (32 bytes each) one after the other, by kind and id

A snapshot's edges, a solution's set-offs and parties are covered by the hashes that stand in these rows, references by the transfers that
name them. Words that people wrote (reasons, evidence, what senders said) are left out: they may have to be blanked one day. A column that a
table gains later is sealed under a kind of its own; the kinds below stay as they are.
"""

# ruff: noqa: S608 - all SQL here is put together from our own words
from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.apps import apps


@dataclass(frozen=True)
class Kind:
    """Rows of one table: their key, what never changes of them (SQL about `x`), and which of them do not change any more.

    `table` is one of settlement's without its prefix; other apps declare theirs as `sealed_rows` in their AppConfig, with the whole name.
    """

    table: str
    columns: Sequence[str]
    key: str = "id"
    which: str = "true"

    @property
    def name(self) -> str:
        """The table's whole name."""
        return self.table if "_" in self.table else f"settlement_{self.table}"


def at(column: str) -> str:
    """An instant as it is hashed."""
    return f"(extract(epoch FROM x.{column}) * 1000000)::bigint"


_OWN = {
    "account-step": Kind(
        "bankaccountstep",
        (
            *("x.party", "x.turn", "x.step", "x.bank_code", "x.bic", "x.number", "x.proposal_id", at("in_force_at"), "x.by"),
            *("x.village_code", at("at")),
        ),
    ),
    "activity": Kind(
        "tenants_activityentry",  # the history of what stands in no history of its own
        (at("at"), "x.by", "x.village_code", "x.action", "x.subject_id", "x.detail"),
        which="split_part(x.action, '.', 1) IN ('role', 'limit')",
    ),
    "approval": Kind("approval", ("x.sha256", "x.maker", "x.approver", at("approved_at")), key="snapshot_id"),
    "bankfile": Kind(
        "bankfile",
        (
            *("x.cycle_id", "x.message_id", "x.leg_count", "x.amount_rupiah", "encode(sha256(x.pain001), 'hex')"),
            *("encode(sha256(x.portal_csv), 'hex')", "x.made_by", at("made_at")),
        ),
    ),
    "cycle": Kind(
        "cycle",
        (
            *("x.number", "x.state", at("opened_at"), at("cutoff_at"), "x.made_by", "x.snapshot_id", at("objections_until_at")),
            *(at("collect_until_at"), at("ended_at")),
        ),
        which="x.state IN ('closed', 'aborted')",
    ),
    "leg": Kind(
        "paymentleg",
        ("x.cycle_id", "x.giver", "x.receiver", "x.amount_rupiah", "x.rail", "x.key", "x.planned_by", at("planned_at")),
    ),
    "leg-accounts": Kind("paymentleg", ("x.from_account_id", "x.to_account_id"), which="x.to_account_id IS NOT NULL"),
    "leg-gateway": Kind("paymentleg", ("x.gateway",), which="x.rail = 'gateway'"),
    "legevent": Kind("legevent", ("x.leg_id", "x.state", "x.quarantined", "x.by", at("at"))),
    "line": Kind(
        "statementline",
        ("x.statement_id", "x.identity", "to_char(x.booked_on, 'YYYY-MM-DD')", "x.incoming", "x.amount_rupiah", "x.sen", "x.key"),
    ),
    "obligation": Kind(
        "obligation",
        (
            *("x.debtor", "x.creditor", "x.amount_rupiah", "x.cause", "x.cause_id", "x.transfer_id", "x.cycle_number"),
            *(at("happened_at"), at("created_at")),
        ),
    ),
    "snapshot": Kind("snapshot", ("x.cycle_id", "x.version", "x.item_count", "x.gross_rupiah", "x.sha256", at("taken_at"))),
    "solution": Kind(
        "solution",
        (
            *("x.gross_rupiah", "x.setoff_bilateral_rupiah", "x.setoff_cycles_rupiah", "x.residual_rupiah", "x.net_internal_debt_rupiah"),
            *("x.carried_rupiah", "x.cash_rupiah", "x.sha256", at("computed_at")),
        ),
        key="snapshot_id",
    ),
    "statement": Kind("bankstatement", ("x.sha256", "x.line_count", "x.imported_by", at("imported_at"))),
    "transfer": Kind(
        "transfer",
        (
            *("x.phase", "x.event", "x.debit", "x.credit", "x.amount_rupiah", "x.delivery_rupiah", "x.reference", "x.cause_id"),
            *("x.pending_id", "x.reverses_id", "x.by_guest", "x.limit_rupiah", "x.exposure_rupiah", at("happened_at"), at("created_at")),
        ),
    ),
}


@functools.cache
def kinds() -> Mapping[str, Kind]:
    """Every kind of row, by its name: settlement's, and what other apps declare."""
    return {**_OWN, **{name: kind for config in apps.get_app_configs() for name, kind in getattr(config, "sealed_rows", {}).items()}}


@functools.cache
def cover() -> str:
    """Covers by seal %(number)s every row that no seal covers yet; nothing but that is looked at."""
    return "INSERT INTO public.settlement_sealedrow (kind, row_id, seal_number) " + " UNION ALL ".join(
        f"SELECT '{name}', x.{kind.key}, %(number)s FROM public.{kind.name} x WHERE {kind.which}"
        f" AND NOT EXISTS (SELECT FROM public.settlement_sealedrow s WHERE s.kind = '{name}' AND s.row_id = x.{kind.key})"
        for name, kind in kinds().items()
    )


@functools.cache
def contents() -> str:
    """(seal_number, rows, content) of every seal that covers any; a row that is gone or may change again has no hash."""
    hashes = " UNION ALL ".join(
        f"SELECT s.seal_number, s.kind, s.row_id, CASE WHEN x.{kind.key} IS NOT NULL AND {kind.which} THEN sha256(convert_to("
        f"jsonb_build_array(s.kind, s.row_id, {', '.join(kind.columns)})::text, 'UTF8')) END AS sha256"
        f" FROM public.settlement_sealedrow s LEFT JOIN public.{kind.name} x ON x.{kind.key} = s.row_id WHERE s.kind = '{name}'"
        for name, kind in kinds().items()
    )
    return f"""
    SELECT h.seal_number, count(h.sha256) AS row_count,
        encode(sha256(string_agg(coalesce(h.sha256, ''), ''::bytea ORDER BY h.kind COLLATE "C", h.row_id)), 'hex') AS sha256
    FROM ({hashes}) AS h GROUP BY h.seal_number
    """


@functools.cache
def content() -> str:
    """The content of seal %(number)s."""
    return f"SELECT c.sha256 FROM ({contents()}) AS c WHERE c.seal_number = %(number)s"

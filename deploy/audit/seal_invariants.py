"""Invariants of the daily seals: the chain holds, and the rows still give it. Every seal is computed again from all rows it covers."""

# ruff: noqa: S608 - all SQL here is put together from our own words
from __future__ import annotations

from deploy.audit.invariant import Invariant
from settlement.seals import sealed_rows

INVARIANTS = (
    Invariant(
        "seals-are-a-chain",
        "Seals are numbered without a gap, day after day; each has the hash of its fields, among them that of the seal before.",
        """
        SELECT s.number, s.day, s.sha256, s.before_sha256, s.last_sha256 FROM (
            SELECT *, row_number() OVER chain AS place, lag(day) OVER chain AS last_day,
                coalesce(lag(sha256) OVER chain, '') AS last_sha256,
                concat_ws('|', number, to_char(day, 'YYYY-MM-DD'), (extract(epoch FROM sealed_at) * 1000000)::bigint, row_count,
                    content_sha256, before_sha256) AS said
            FROM settlement_seal WINDOW chain AS (ORDER BY number)) AS s
        WHERE s.number <> s.place OR s.before_sha256 <> s.last_sha256 OR s.day <= s.last_day
            OR s.sha256 <> encode(sha256(convert_to(s.said, 'UTF8')), 'hex')
        """,
    ),
    Invariant(
        "seals-recompute",
        "The rows that a seal covers are all there and give the hash of its content.",
        f"""
        SELECT coalesce(s.number, c.seal_number) AS number, s.row_count, c.row_count AS rows, s.content_sha256, c.sha256
        FROM settlement_seal s FULL JOIN ({sealed_rows.contents()}) AS c ON c.seal_number = s.number
        WHERE (s.row_count, s.content_sha256) IS DISTINCT FROM (coalesce(c.row_count, 0), coalesce(c.sha256, encode(sha256(''), 'hex')))
        """,
    ),
    Invariant(
        "seals-keep-up",
        "While the market runs every transfer is sealed within two days, and no seal is of a time that has not come.",
        """
        SELECT x.id::text AS what, x.created_at AS since FROM settlement_transfer x
        WHERE x.created_at < (SELECT greatest(max(t.created_at), (SELECT max(wall_at) FROM tenants_clocknote)) - interval '2 days'
                FROM settlement_transfer t)
            AND NOT EXISTS (SELECT FROM settlement_sealedrow s WHERE s.kind = 'transfer' AND s.row_id = x.id)
        UNION ALL
        SELECT 'seal ' || number, sealed_at FROM settlement_seal WHERE sealed_at > now() + interval '10 minutes'
        """,
    ),
)

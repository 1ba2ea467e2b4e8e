"""Invariants of the database's shape: who may change what, and where each table stands."""

# ruff: noqa: S608 - all SQL here is put together from our own words; values go in as parameters
from __future__ import annotations

from deploy.audit.invariant import Invariant
from tenants import codes

_VILLAGES = f"nspname ~ '^{codes.SCHEMA_PATTERN}$'"

INVARIANTS = (
    Invariant(
        "append-only-privileges",
        "The application's role may only add to append-only tables, only read the owner's, and of others change only what may change.",
        f"""
        SELECT n.nspname, c.relname, wrong.what FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        CROSS JOIN LATERAL (
            SELECT may AS what FROM unnest(ARRAY['UPDATE', 'DELETE', 'TRUNCATE']) AS may
            WHERE has_table_privilege(%(role)s, c.oid, may)
            UNION ALL SELECT 'INSERT' WHERE c.relname = ANY (%(read_only_tables)s) AND has_table_privilege(%(role)s, c.oid, 'INSERT')
            UNION ALL SELECT 'UPDATE of ' || a.attname FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                AND has_column_privilege(%(role)s, c.oid, a.attnum, 'UPDATE')
                AND NOT c.relname || '.' || a.attname = ANY (%(changeable_columns)s)
        ) AS wrong
        WHERE c.relkind IN ('r', 'p') AND (n.nspname = 'public' OR n.{_VILLAGES}) AND c.relname = ANY (%(kept_tables)s)
        """,
        of_release=True,
    ),
    Invariant(
        "no-foreign-key-crosses-schemas",
        "Both ends of every foreign key stand in one schema, and every key is checked at once.",
        """
        SELECT k.conname, f.relnamespace::regnamespace AS from_schema, t.relnamespace::regnamespace AS to_schema, k.condeferred
        FROM pg_constraint k JOIN pg_class f ON f.oid = k.conrelid JOIN pg_class t ON t.oid = k.confrelid
        WHERE k.contype = 'f' AND (f.relnamespace <> t.relnamespace OR k.condeferred)
        """,
    ),
    Invariant(
        "no-table-in-both-places",
        "No table name stands both in public and in a village (django_migrations apart).",
        f"""
        SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.{_VILLAGES} AND c.relname <> 'django_migrations'
            AND EXISTS (SELECT FROM pg_class p WHERE p.relnamespace = 'public'::regnamespace AND p.relname = c.relname
                AND p.relkind IN ('r', 'p', 'v', 'm', 'f'))
        """,
    ),
    Invariant(
        "schemas-are-villages",
        "Every village that is ready has its schema and stands at the migration head; every village schema has its village.",
        f"""
        SELECT v.code, n.nspname, v.state, v.migration_head FROM tenants_village v
        FULL JOIN (SELECT nspname FROM pg_namespace WHERE {_VILLAGES}) AS n ON n.nspname = v.schema_name
        WHERE v.code IS NULL OR v.schema_name <> 'v_' || replace(v.code, '.', '')
            OR (n.nspname IS NULL AND v.state <> 'created')
            OR (v.state NOT IN ('created', 'schema-made') AND v.migration_head <> %(migration_head)s)
        """,
        of_release=True,
    ),
    Invariant(
        "roles-are-apart",
        "Nobody is the federation's operator and its approver on the same day.",
        """
        SELECT o.user_id, o.since_on, o.until_on, a.since_on AS approver_since_on, a.until_on AS approver_until_on
        FROM tenants_membership o JOIN tenants_membership a USING (user_id, village_code)
        WHERE o.role = 'operator' AND a.role = 'approver'
            AND daterange(o.since_on, o.until_on, '[]') && daterange(a.since_on, a.until_on, '[]')
        """,
    ),
    # What failed too often is not here: it waits for a person, at the desk's start. What waits behind such a one in the order of its
    # subject waits for the same person.
    Invariant(
        "events-move",
        "No event waits for its deliveries, and no due delivery for a worker, for more than 15 minutes; no retry is more than a day away.",
        """
        SELECT id, kind, 'event' AS what, recorded_at AS since, 0 AS attempts, '' AS last_error FROM tenants_event
        WHERE fanned_out_at IS NULL AND recorded_at < now() - interval '15 minutes'
        UNION ALL
        SELECT d.id, d.subscriber, d.state, d.due_at, d.attempts, d.last_error FROM tenants_eventdelivery d
        WHERE d.state IN ('waiting', 'claimed')
            AND (greatest(d.due_at, d.lease_until, d.recorded_at) < now() - interval '15 minutes'
                OR (d.attempts > 0 AND d.due_at > now() + interval '1 day'))
            AND NOT (d.subscriber = ANY (%(ordered_subscribers)s) AND EXISTS (
                SELECT FROM tenants_eventdelivery e
                WHERE e.state = 'needs-person' AND e.subscriber = d.subscriber AND e.subject_id = d.subject_id
                    AND (e.recorded_at, e.event_id) < (d.recorded_at, d.event_id)))
        """,
        by_workers=True,
    ),
    Invariant(
        "deliveries-are-of-their-event",
        "Every delivery is about its event's subject, at its event's place in the order, and stands only where deliveries were made.",
        """
        SELECT d.id, d.subscriber FROM tenants_eventdelivery d JOIN tenants_event e ON e.id = d.event_id
        WHERE (d.subject_id, d.recorded_at) IS DISTINCT FROM (e.subject_id, e.recorded_at) OR e.fanned_out_at IS NULL
        """,
    ),
    Invariant(
        "keys-have-results",
        "Every key that was committed has the result of its request.",
        """
        SELECT id, scope, created_at FROM tenants_idempotencykey WHERE result IS NULL
        """,
    ),
)

"""Reserving and posting in one round trip each. All run on shared tables only, so a cluster sharded by schema keeps them whole.

Refusals are raised with SQLSTATEs of our own (class PS), which `settlement.ledger.function_calls` turns into exceptions:
PS001 limit reached · PS002 guests' share reached · PS003 reference used with other terms · PS004 reservation does not cover it ·
PS005 already posted · PS006 not posted yet · PS007 more than the sale · PS008 account not opened. DETAIL names the village or reference.

`SET search_path` does not only guard against foreign tables of the same name: without it each switch of a connection to another
village would throw the functions' plans away. `force_generic_plan` keeps those plans from the first call on.
"""

from django.db import migrations

# UUIDv7, as tenants.uuids makes it: random bits with the milliseconds in front. Needs no sequence, so any shard can serve it.
UUID7 = """
CREATE FUNCTION settlement_uuid7() RETURNS uuid LANGUAGE sql VOLATILE PARALLEL SAFE AS $$
    SELECT encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid()) PLACING
        substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3) FROM 1 FOR 6), 52, 1), 53, 1), 'hex')::uuid
$$
"""

# The unique key makes a second caller wait for the first one's commit; only then does it compare the terms.
REFER = """
CREATE FUNCTION settlement_refer(p_references text[], p_terms text[]) RETURNS text[] LANGUAGE plpgsql
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    fresh text[];
    reused text;
BEGIN
    WITH added AS (
        INSERT INTO settlement_reference (reference, terms_sha256, created_at)
        SELECT g.reference, decode(g.terms, 'hex'), now() FROM unnest(p_references, p_terms) AS g (reference, terms)
        ORDER BY g.reference COLLATE "C"
        ON CONFLICT DO NOTHING RETURNING reference)
    SELECT coalesce(array_agg(a.reference), '{}') INTO fresh FROM added a;
    IF cardinality(fresh) < cardinality(p_references) THEN
        SELECT r.reference INTO reused FROM unnest(p_references, p_terms) AS g (reference, terms)
            JOIN settlement_reference r ON r.reference = g.reference WHERE r.terms_sha256 <> decode(g.terms, 'hex') LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'reference used with other terms' USING ERRCODE = 'PS003', DETAIL = reused;
        END IF;
    END IF;
    RETURN fresh;
END
$$
"""

# Locks the debtors in order of their codes (settlement_fold does), each before its increments are folded and its limit is checked:
# a later statement of a READ COMMITTED transaction sees all that was committed while it waited for the lock, an earlier one does not.
RESERVE = """
CREATE FUNCTION settlement_reserve(p_references text[], p_terms text[], p_leg_references text[], p_causes uuid[], p_events text[],
    p_debits text[], p_credits text[], p_amounts bigint[], p_deliveries bigint[], p_guests boolean[], p_happened_at timestamptz)
RETURNS void LANGUAGE plpgsql
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    fresh text[];
    debtor record;
    allowed record;
BEGIN
    fresh := settlement_refer(p_references, p_terms);
    FOR debtor IN
        SELECT g.debit AS account, sum(g.amount)::bigint AS amount, coalesce(sum(g.amount) FILTER (WHERE g.guest), 0)::bigint AS guest
        FROM unnest(p_leg_references, p_debits, p_amounts, p_guests) AS g (reference, debit, amount, guest)
        WHERE g.reference = ANY (fresh) GROUP BY g.debit ORDER BY g.debit COLLATE "C"
    LOOP
        PERFORM settlement_fold(debtor.account);
        UPDATE settlement_position p
        SET debit_pending_rupiah = p.debit_pending_rupiah + debtor.amount, guest_pending_rupiah = p.guest_pending_rupiah + debtor.guest
        WHERE p.account = debtor.account
            AND (p.limit_rupiah IS NULL OR debtor.amount + greatest(0,
                p.debit_pending_rupiah + p.debit_posted_rupiah - p.credit_posted_rupiah) <= p.limit_rupiah)
            AND (debtor.guest = 0 OR p.guest_limit_rupiah IS NULL OR p.guest_pending_rupiah + debtor.guest <= p.guest_limit_rupiah)
        RETURNING p.limit_rupiah, debtor.amount + greatest(0, p.debit_pending_rupiah - debtor.amount + p.debit_posted_rupiah
            - p.credit_posted_rupiah) AS exposure INTO allowed;
        IF NOT FOUND THEN
            PERFORM settlement_refuse_debtor(debtor.account, debtor.amount);
        END IF;
        WITH added AS (
            INSERT INTO settlement_transfer (id, phase, event, debit, credit, amount_rupiah, delivery_rupiah, reference, cause_id,
                by_guest, limit_rupiah, exposure_rupiah, happened_at, created_at)
            SELECT settlement_uuid7(), 'pending', g.event, g.debit, g.credit, g.amount, g.delivery, g.reference, g.cause,
                g.guest, allowed.limit_rupiah, allowed.exposure, p_happened_at, now()
            FROM unnest(p_leg_references, p_causes, p_events, p_debits, p_credits, p_amounts, p_deliveries, p_guests)
                AS g (reference, cause, event, debit, credit, amount, delivery, guest)
            WHERE g.debit = debtor.account AND g.reference = ANY (fresh)
            RETURNING id, credit, amount_rupiah)
        INSERT INTO settlement_positionincrement (account, transfer_id, debit_pending_rupiah, debit_posted_rupiah,
            credit_pending_rupiah, credit_posted_rupiah, guest_pending_rupiah)
        SELECT a.credit, a.id, 0, 0, a.amount_rupiah, 0, 0 FROM added a;
    END LOOP;
END
$$
"""

REFUSE_DEBTOR = """
CREATE FUNCTION settlement_refuse_debtor(p_account text, p_amount bigint) RETURNS void LANGUAGE plpgsql
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    PERFORM FROM settlement_position p WHERE p.account = p_account
        AND p_amount + greatest(0, p.debit_pending_rupiah + p.debit_posted_rupiah - p.credit_posted_rupiah) > p.limit_rupiah;
    IF FOUND THEN
        RAISE EXCEPTION 'limit reached' USING ERRCODE = 'PS001', DETAIL = split_part(p_account, ':', 2);
    END IF;
    RAISE EXCEPTION 'guests'' share of the limit reached' USING ERRCODE = 'PS002', DETAIL = split_part(p_account, ':', 2);
END
$$
"""

# The position's row is locked before its increments are removed, here and in reserve: so two folds cannot cross.
FOLD = """
CREATE FUNCTION settlement_fold(p_account text) RETURNS bigint LANGUAGE plpgsql
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    sums record;
BEGIN
    PERFORM FROM settlement_position p WHERE p.account = p_account FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'account not opened' USING ERRCODE = 'PS008', DETAIL = p_account;
    END IF;
    WITH gone AS (DELETE FROM settlement_positionincrement i WHERE i.account = p_account RETURNING i.*)
    SELECT count(*) AS rows, sum(g.debit_pending_rupiah) AS debit_pending, sum(g.debit_posted_rupiah) AS debit_posted,
        sum(g.credit_pending_rupiah) AS credit_pending, sum(g.credit_posted_rupiah) AS credit_posted,
        sum(g.guest_pending_rupiah) AS guest_pending INTO sums FROM gone g;
    IF sums.rows > 0 THEN
        UPDATE settlement_position p SET debit_pending_rupiah = p.debit_pending_rupiah + sums.debit_pending,
            debit_posted_rupiah = p.debit_posted_rupiah + sums.debit_posted,
            credit_pending_rupiah = p.credit_pending_rupiah + sums.credit_pending,
            credit_posted_rupiah = p.credit_posted_rupiah + sums.credit_posted,
            guest_pending_rupiah = p.guest_pending_rupiah + sums.guest_pending
        WHERE p.account = p_account;
    END IF;
    RETURN sums.rows;
END
$$
"""


class Migration(migrations.Migration):
    dependencies = [("settlement", "0002_guard_the_ledger")]

    operations = [
        migrations.RunSQL([UUID7, REFER, FOLD, REFUSE_DEBTOR, RESERVE], migrations.RunSQL.noop),
    ]

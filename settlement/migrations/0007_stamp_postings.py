"""Postings carry the number of the open cycle, and what a snapshot froze does not shrink any more.

Two advisory locks of two keys each: (7401, number) is shared by every posting of that cycle until it commits, and taken alone by the
cut-off to wait for them; (7402, 0) is shared by whatever shrinks obligations, and taken alone while a snapshot is made or its set-offs are
posted. It comes before the rows of obligations, here and there, so that the two cannot wait for each other.
"""

from django.db import migrations

# The number is read again under the lock: a cut-off between the two is seen, one after them waits.
STAMP = """
CREATE FUNCTION settlement_stamp() RETURNS integer LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
    found_number integer;
    still integer;
BEGIN
    LOOP
        SELECT c.number INTO found_number FROM settlement_cycle c WHERE c.state = 'open';
        IF NOT FOUND THEN
            RAISE EXCEPTION 'no cycle is open' USING ERRCODE = 'PS009';
        END IF;
        PERFORM pg_advisory_xact_lock_shared(7401, found_number);
        SELECT c.number INTO still FROM settlement_cycle c WHERE c.state = 'open';
        IF still = found_number THEN
            RETURN found_number;
        END IF;
    END LOOP;
END
$$
"""

IS_FROZEN = """
CREATE FUNCTION settlement_is_frozen(p_obligation uuid) RETURNS boolean LANGUAGE sql STABLE
SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM settlement_cycleedge e JOIN settlement_cycle c ON c.snapshot_id = e.snapshot_id
        WHERE e.obligation_id = p_obligation AND c.state IN ('snapshot', 'computed', 'proposed', 'approved'))
$$
"""

# Any other event of the books: transfers with their increments, and for those that have a debtor an obligation of `p_owed`.
BOOK = """
CREATE FUNCTION settlement_book(p_reference text, p_terms text, p_cause uuid, p_events text[], p_debits text[], p_credits text[],
    p_amounts bigint[], p_debtors text[], p_creditors text[], p_owed bigint[], p_obligation_cause text, p_effect uuid,
    p_happened_at timestamptz) RETURNS boolean LANGUAGE plpgsql
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    stamp integer;
BEGIN
    IF cardinality(settlement_refer(ARRAY[p_reference], ARRAY[p_terms])) = 0 THEN
        RETURN false;
    END IF;
    stamp := settlement_stamp();
    WITH legs AS MATERIALIZED (
        SELECT settlement_uuid7() AS id, g.* FROM unnest(p_events, p_debits, p_credits, p_amounts, p_debtors, p_creditors, p_owed)
            AS g (event, debit, credit, amount, debtor, creditor, owed)),
    added AS (
        INSERT INTO settlement_transfer (id, phase, event, debit, credit, amount_rupiah, delivery_rupiah, reference, cause_id, by_guest,
            happened_at, created_at)
        SELECT l.id, 'posted', l.event, l.debit, l.credit, l.amount, 0, p_reference, p_cause, false, p_happened_at, now() FROM legs l),
    counted AS (
        INSERT INTO settlement_positionincrement (account, transfer_id, debit_pending_rupiah, debit_posted_rupiah,
            credit_pending_rupiah, credit_posted_rupiah, guest_pending_rupiah)
        SELECT l.debit, l.id, 0, l.amount, 0, 0, 0 FROM legs l UNION ALL SELECT l.credit, l.id, 0, 0, 0, l.amount, 0 FROM legs l)
    INSERT INTO settlement_obligation (id, debtor, creditor, amount_rupiah, open_rupiah, cause, cause_id, transfer_id,
        cycle_number, happened_at, created_at)
    SELECT settlement_uuid7(), l.debtor, l.creditor, l.owed, l.owed, p_obligation_cause, p_effect, l.id, stamp, p_happened_at, now()
    FROM legs l WHERE l.owed > 0;
    RETURN true;
END
$$
"""

# As before, with the stamp.
POST = """
CREATE OR REPLACE FUNCTION settlement_post(p_reference text, p_terms text, p_cause uuid, p_reserved boolean, p_events text[],
    p_debits text[], p_credits text[],
    p_amounts bigint[], p_deliveries bigint[], p_debtors text[], p_creditors text[], p_happened_at timestamptz)
RETURNS void LANGUAGE plpgsql
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    stamp integer;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(p_cause::text, 0));
    IF cardinality(settlement_refer(ARRAY[p_reference], ARRAY[p_terms])) = 0 THEN
        RETURN;
    END IF;
    PERFORM FROM unnest(p_events, p_debits, p_credits, p_amounts) AS g (event, debit, credit, amount)
        FULL JOIN settlement_live(p_cause) l ON l.event = g.event AND l.debit = g.debit AND l.credit = g.credit
        WHERE CASE WHEN p_reserved THEN coalesce(l.amount_rupiah, 0) < g.amount ELSE l.id IS NOT NULL END;
    IF FOUND THEN
        RAISE EXCEPTION 'what is posted differs from what was reserved' USING ERRCODE = 'PS004', DETAIL = p_reference;
    END IF;
    PERFORM FROM settlement_standing(p_cause);
    IF FOUND THEN
        RAISE EXCEPTION 'posted already' USING ERRCODE = 'PS005', DETAIL = p_reference;
    END IF;
    PERFORM settlement_release_guest(p_cause);
    stamp := settlement_stamp();
    WITH live AS MATERIALIZED (SELECT * FROM settlement_live(p_cause)),
    legs AS (
        SELECT * FROM unnest(p_events, p_debits, p_credits, p_amounts, p_deliveries, p_debtors, p_creditors)
            AS g (event, debit, credit, amount, delivery, debtor, creditor)),
    added AS (
        INSERT INTO settlement_transfer (id, phase, event, debit, credit, amount_rupiah, delivery_rupiah, reference, cause_id,
            pending_id, by_guest, happened_at, created_at)
        SELECT settlement_uuid7(), CASE WHEN g.amount IS NULL THEN 'voided' ELSE 'posted' END, coalesce(g.event, l.event),
            coalesce(g.debit, l.debit), coalesce(g.credit, l.credit), coalesce(g.amount, l.amount_rupiah),
            coalesce(g.delivery, l.delivery_rupiah), p_reference, p_cause, l.id, false, p_happened_at, now()
        FROM legs g FULL JOIN live l ON l.event = g.event AND l.debit = g.debit AND l.credit = g.credit
        RETURNING id, phase, event, debit, credit, amount_rupiah, pending_id),
    moved AS (
        SELECT a.*, coalesce(l.amount_rupiah, 0) AS released, CASE a.phase WHEN 'posted' THEN a.amount_rupiah ELSE 0 END AS posted
        FROM added a LEFT JOIN live l ON l.id = a.pending_id),
    counted AS (
        INSERT INTO settlement_positionincrement (account, transfer_id, debit_pending_rupiah, debit_posted_rupiah,
            credit_pending_rupiah, credit_posted_rupiah, guest_pending_rupiah)
        SELECT m.debit, m.id, -m.released, m.posted, 0, 0, 0 FROM moved m
        UNION ALL SELECT m.credit, m.id, 0, 0, -m.released, m.posted, 0 FROM moved m)
    INSERT INTO settlement_obligation (id, debtor, creditor, amount_rupiah, open_rupiah, cause, cause_id, transfer_id,
        cycle_number, happened_at, created_at)
    SELECT settlement_uuid7(), g.debtor, g.creditor, m.posted, m.posted, 'order', p_cause, m.id, stamp, p_happened_at, now()
    FROM moved m JOIN legs g ON g.event = m.event WHERE m.phase = 'posted';
END
$$
"""

# As before; what a snapshot froze is owed back by an obligation of its own, in the open cycle.
REVERSE = """
CREATE OR REPLACE FUNCTION settlement_reverse(p_transfer uuid, p_amount bigint, p_delivery bigint, p_event text, p_reference text,
    p_effect uuid, p_happened_at timestamptz) RETURNS void LANGUAGE plpgsql
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    original settlement_transfer;
    owed settlement_obligation;
    back record;
    reversal uuid := settlement_uuid7();
    shrunk bigint;
BEGIN
    SELECT * INTO original FROM settlement_transfer t WHERE t.id = p_transfer;
    SELECT coalesce(sum(r.amount_rupiah), 0) AS amount, coalesce(sum(r.delivery_rupiah), 0) AS delivery INTO back
        FROM settlement_transfer r WHERE r.reverses_id = p_transfer;
    IF p_amount > original.amount_rupiah - back.amount OR p_delivery > original.delivery_rupiah - back.delivery THEN
        RAISE EXCEPTION 'more would go back than came' USING ERRCODE = 'PS007', DETAIL = p_reference;
    END IF;
    INSERT INTO settlement_transfer (id, phase, event, debit, credit, amount_rupiah, delivery_rupiah, reference, cause_id, reverses_id,
        by_guest, happened_at, created_at)
    VALUES (reversal, 'posted', p_event, original.credit, original.debit, p_amount, p_delivery, p_reference, original.cause_id, p_transfer,
        false, p_happened_at, now());
    INSERT INTO settlement_positionincrement (account, transfer_id, debit_pending_rupiah, debit_posted_rupiah,
        credit_pending_rupiah, credit_posted_rupiah, guest_pending_rupiah)
    VALUES (original.credit, reversal, 0, p_amount, 0, 0, 0), (original.debit, reversal, 0, 0, 0, p_amount, 0);
    SELECT * INTO owed FROM settlement_obligation o WHERE o.transfer_id = p_transfer;
    shrunk := CASE WHEN settlement_is_frozen(owed.id) THEN 0 ELSE least(owed.open_rupiah, p_amount) END;
    IF shrunk > 0 THEN
        UPDATE settlement_obligation o SET open_rupiah = o.open_rupiah - shrunk WHERE o.id = owed.id;
    END IF;
    IF p_amount > shrunk THEN
        INSERT INTO settlement_obligation (id, debtor, creditor, amount_rupiah, open_rupiah, cause, cause_id, transfer_id,
            cycle_number, happened_at, created_at)
        VALUES (settlement_uuid7(), owed.creditor, owed.debtor, p_amount - shrunk, p_amount - shrunk, 'refund', p_effect, reversal,
            settlement_stamp(), p_happened_at, now());
    END IF;
END
$$
"""

# As before, behind the lock that holds snapshots off.
REFUND = """
CREATE OR REPLACE FUNCTION settlement_refund(p_reference text, p_terms text, p_cause uuid, p_effect uuid, p_goods bigint, p_delivery bigint,
    p_fee bigint, p_happened_at timestamptz) RETURNS void LANGUAGE plpgsql
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    part record;
    fee_left bigint := p_fee;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(p_cause::text, 0));
    IF cardinality(settlement_refer(ARRAY[p_reference], ARRAY[p_terms])) = 0 THEN
        RETURN;
    END IF;
    PERFORM FROM settlement_live(p_cause);
    IF FOUND THEN
        RAISE EXCEPTION 'not posted yet' USING ERRCODE = 'PS006', DETAIL = p_reference;
    END IF;
    PERFORM pg_advisory_xact_lock_shared(7402, 0);
    PERFORM FROM settlement_obligation o WHERE o.cause_id = p_cause ORDER BY o.id FOR NO KEY UPDATE;
    FOR part IN
        SELECT t.id, t.event, CASE WHEN t.delivery_rupiah > 0 THEN p_delivery ELSE 0 END AS delivery
        FROM settlement_standing(p_cause) t
    LOOP
        IF part.event = 'sale' AND p_goods - p_fee + part.delivery > 0 THEN
            PERFORM settlement_reverse(part.id, p_goods - p_fee + part.delivery, part.delivery, 'refund', p_reference, p_effect,
                p_happened_at);
        ELSIF part.event = 'fee' AND p_fee > 0 THEN
            PERFORM settlement_reverse(part.id, p_fee, 0, 'fee-refund', p_reference, p_effect, p_happened_at);
            fee_left := 0;
        END IF;
    END LOOP;
    IF fee_left > 0 THEN
        RAISE EXCEPTION 'more fee would go back than came' USING ERRCODE = 'PS007', DETAIL = p_reference;
    END IF;
END
$$
"""

UNPOST = """
CREATE OR REPLACE FUNCTION settlement_unpost(p_reference text, p_terms text, p_cause uuid, p_effect uuid, p_happened_at timestamptz)
RETURNS void LANGUAGE plpgsql
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    part record;
    again uuid;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(p_cause::text, 0));
    IF cardinality(settlement_refer(ARRAY[p_reference], ARRAY[p_terms])) = 0 THEN
        RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock_shared(7402, 0);
    PERFORM FROM settlement_obligation o WHERE o.cause_id = p_cause ORDER BY o.id FOR NO KEY UPDATE;
    FOR part IN
        SELECT t.*, t.amount_rupiah - coalesce(sum(r.amount_rupiah), 0)::bigint AS left_rupiah,
            t.delivery_rupiah - coalesce(sum(r.delivery_rupiah), 0)::bigint AS left_delivery_rupiah
        FROM settlement_standing(p_cause) t LEFT JOIN settlement_transfer r ON r.reverses_id = t.id
        GROUP BY t.id, t.phase, t.event, t.debit, t.credit, t.amount_rupiah, t.delivery_rupiah, t.reference, t.cause_id, t.pending_id,
            t.reverses_id, t.by_guest, t.limit_rupiah, t.exposure_rupiah, t.happened_at, t.created_at
        HAVING t.amount_rupiah > coalesce(sum(r.amount_rupiah), 0)
    LOOP
        PERFORM settlement_reverse(part.id, part.left_rupiah, part.left_delivery_rupiah, 'undo', p_reference, p_effect, p_happened_at);
        IF part.pending_id IS NOT NULL THEN
            again := settlement_uuid7();
            INSERT INTO settlement_transfer (id, phase, event, debit, credit, amount_rupiah, delivery_rupiah, reference, cause_id,
                by_guest, happened_at, created_at)
            VALUES (again, 'pending', part.event, part.debit, part.credit, part.left_rupiah, part.left_delivery_rupiah, p_reference,
                p_cause, false, p_happened_at, now());
            INSERT INTO settlement_positionincrement (account, transfer_id, debit_pending_rupiah, debit_posted_rupiah,
                credit_pending_rupiah, credit_posted_rupiah, guest_pending_rupiah)
            VALUES (part.debit, again, part.left_rupiah, 0, 0, 0, 0), (part.credit, again, 0, 0, part.left_rupiah, 0, 0);
        END IF;
    END LOOP;
END
$$
"""


class Migration(migrations.Migration):
    dependencies = [("settlement", "0006_guard_cycles_and_payments")]

    operations = [migrations.RunSQL([STAMP, IS_FROZEN, BOOK, POST, REVERSE, REFUND, UNPOST], migrations.RunSQL.noop)]

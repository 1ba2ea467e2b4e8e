"""What becomes of a reservation: posted, voided, taken back. None of these locks a position: both sides get increments, so they
can be called in any order of villages without a deadlock, and they never fail for a limit. SQLSTATEs: see the migration before.

Each takes the order's advisory lock first: two of them on one order come one after the other, and the second sees what the first did.
"""

from django.db import migrations

# What of an order's reservations is not resolved yet.
LIVE = """
CREATE FUNCTION settlement_live(p_cause uuid) RETURNS SETOF settlement_transfer LANGUAGE sql STABLE AS $$
    SELECT t.* FROM public.settlement_transfer t WHERE t.cause_id = p_cause AND t.phase = 'pending'
        AND NOT EXISTS (SELECT FROM public.settlement_transfer r WHERE r.pending_id = t.id)
$$
"""

# The part of live reservations that still counts as unpaid goods of guests stops counting, once: the reference decides who did it.
RELEASE_GUEST = """
CREATE FUNCTION settlement_release_guest(p_cause uuid) RETURNS void LANGUAGE plpgsql
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(p_cause::text, 0));
    PERFORM FROM settlement_live(p_cause) l WHERE l.by_guest;
    IF FOUND THEN
        INSERT INTO settlement_reference (reference, terms_sha256, created_at)
        VALUES ('order:' || p_cause || ':secure', sha256(''), now()) ON CONFLICT DO NOTHING;
        IF FOUND THEN
            INSERT INTO settlement_positionincrement (account, transfer_id, debit_pending_rupiah, debit_posted_rupiah,
                credit_pending_rupiah, credit_posted_rupiah, guest_pending_rupiah)
            SELECT l.debit, l.id, 0, 0, 0, 0, -l.amount_rupiah FROM settlement_live(p_cause) l WHERE l.by_guest;
        END IF;
    END IF;
END
$$
"""

# Resolves every live reservation of the order: by the leg of the same event and accounts if there is one (posted, the rest of the
# reservation released), else voided. Legs without a reservation post directly, which only p_reserved = false allows.
POST = """
CREATE FUNCTION settlement_post(p_reference text, p_terms text, p_cause uuid, p_reserved boolean, p_events text[], p_debits text[],
    p_credits text[], p_amounts bigint[], p_deliveries bigint[], p_debtors text[], p_creditors text[], p_happened_at timestamptz)
RETURNS void LANGUAGE plpgsql
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
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
    INSERT INTO settlement_obligation (id, debtor, creditor, amount_rupiah, open_rupiah, cause, cause_id, transfer_id, happened_at,
        created_at)
    SELECT settlement_uuid7(), g.debtor, g.creditor, m.posted, m.posted, 'order', p_cause, m.id, p_happened_at, now()
    FROM moved m JOIN legs g ON g.event = m.event WHERE m.phase = 'posted';
END
$$
"""

VOID = """
CREATE FUNCTION settlement_void(p_reference text, p_terms text, p_cause uuid, p_happened_at timestamptz)
RETURNS void LANGUAGE plpgsql
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(p_cause::text, 0));
    PERFORM FROM settlement_transfer t WHERE t.cause_id = p_cause AND t.phase = 'posted' AND t.reverses_id IS NULL
        AND t.amount_rupiah > (SELECT coalesce(sum(r.amount_rupiah), 0) FROM settlement_transfer r WHERE r.reverses_id = t.id);
    IF FOUND THEN
        RAISE EXCEPTION 'posted already' USING ERRCODE = 'PS005', DETAIL = p_reference;
    END IF;
    PERFORM FROM settlement_live(p_cause);
    IF FOUND THEN
        PERFORM settlement_post(p_reference, p_terms, p_cause, true, '{}', '{}', '{}', '{}', '{}', '{}', '{}', p_happened_at);
    END IF;
END
$$
"""

# One reversal: the same accounts the other way, at most what is left of the original. The caller has locked the obligation. What
# is not open any more (set off, paid) is owed back by an obligation of its own, which is caused by the effect.
REVERSE = """
CREATE FUNCTION settlement_reverse(p_transfer uuid, p_amount bigint, p_delivery bigint, p_event text, p_reference text, p_effect uuid,
    p_happened_at timestamptz) RETURNS void LANGUAGE plpgsql
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
    shrunk := least(owed.open_rupiah, p_amount);
    IF shrunk > 0 THEN
        UPDATE settlement_obligation o SET open_rupiah = o.open_rupiah - shrunk WHERE o.id = owed.id;
    END IF;
    IF p_amount > shrunk THEN
        INSERT INTO settlement_obligation (id, debtor, creditor, amount_rupiah, open_rupiah, cause, cause_id, transfer_id, happened_at,
        created_at)
        VALUES (settlement_uuid7(), owed.creditor, owed.debtor, p_amount - shrunk, p_amount - shrunk, 'refund', p_effect, reversal,
            p_happened_at, now());
    END IF;
END
$$
"""

# Goods, delivery and fee go back by the same two ways they came; a delivery fee that was never in the obligation does not return in it.
REFUND = """
CREATE FUNCTION settlement_refund(p_reference text, p_terms text, p_cause uuid, p_effect uuid, p_goods bigint, p_delivery bigint,
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

# The posted transfers of an order that an undone payment has not taken back; a refund leaves them standing, even in full.
STANDING = """
CREATE FUNCTION settlement_standing(p_cause uuid) RETURNS SETOF settlement_transfer LANGUAGE sql STABLE AS $$
    SELECT t.* FROM public.settlement_transfer t WHERE t.cause_id = p_cause AND t.phase = 'posted' AND t.reverses_id IS NULL
        AND NOT EXISTS (SELECT FROM public.settlement_transfer r WHERE r.reverses_id = t.id AND r.event = 'undo')
$$
"""

# A payment that was confirmed wrongly: what is left of the posting goes back, and what had been reserved is reserved again. The goods
# are out already, so this asks no limit (limit_rupiah stays null) and counts no guest.
UNPOST = """
CREATE FUNCTION settlement_unpost(p_reference text, p_terms text, p_cause uuid, p_effect uuid, p_happened_at timestamptz)
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
    dependencies = [("settlement", "0003_make_the_posting_functions")]

    operations = [
        migrations.RunSQL([LIVE, STANDING, RELEASE_GUEST, POST, VOID, REVERSE, REFUND, UNPOST], migrations.RunSQL.noop),
    ]

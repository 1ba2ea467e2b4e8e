"""A payment that was undone leaves no posting standing, also where a refund had taken all of it back before.

Such a posting has nothing left that an undoing could reverse, so it is known by its references: the undoing of a payment is referred to
like its sale. Until now another payment of that order was refused as posted already.
"""

from django.db import migrations

# The posted transfers of an order whose payment was not undone; a refund leaves them standing, even in full.
STANDING = """
CREATE OR REPLACE FUNCTION settlement_standing(p_cause uuid) RETURNS SETOF settlement_transfer LANGUAGE sql STABLE AS $$
    SELECT t.* FROM public.settlement_transfer t WHERE t.cause_id = p_cause AND t.phase = 'posted' AND t.reverses_id IS NULL
        AND NOT EXISTS (SELECT FROM public.settlement_reference u WHERE u.reference = replace(t.reference, ':sale:', ':undo:')
            AND u.reference <> t.reference)
$$
"""

# As before, but it looks for what to take back itself: its own reference stands already.
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
        SELECT t.*, t.amount_rupiah - back.amount AS left_rupiah, t.delivery_rupiah - back.delivery AS left_delivery_rupiah
        FROM settlement_transfer t CROSS JOIN LATERAL (
            SELECT coalesce(sum(r.amount_rupiah), 0)::bigint AS amount, coalesce(sum(r.delivery_rupiah), 0)::bigint AS delivery
            FROM settlement_transfer r WHERE r.reverses_id = t.id) AS back
        WHERE t.cause_id = p_cause AND t.phase = 'posted' AND t.reverses_id IS NULL AND t.amount_rupiah > back.amount
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
    dependencies = [("settlement", "0009_add_sen_of_statement_lines")]

    operations = [migrations.RunSQL([STANDING, UNPOST], migrations.RunSQL.noop)]

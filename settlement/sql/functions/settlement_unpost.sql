-- A payment that was confirmed wrongly: what is left of the posting goes back, and what had been reserved is reserved
-- again. The goods are out already, so this asks no limit (limit_rupiah stays null) and counts no guest. Holds
-- snapshots off meanwhile.
CREATE OR REPLACE FUNCTION public.settlement_unpost(
    p_reference text, p_terms text, p_cause uuid, p_effect uuid, p_happened_at timestamp with time zone
)
RETURNS void LANGUAGE plpgsql
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
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
$$;

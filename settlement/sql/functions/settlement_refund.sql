-- Takes back goods, delivery and fee of a posted sale, once for each reference, by the same two ways they came; a
-- delivery fee that was never in the obligation does not return in it, and no more fee than came (PS007). What is not
-- posted yet is refused (PS006). Holds snapshots off meanwhile.
CREATE OR REPLACE FUNCTION public.settlement_refund(
    p_reference text, p_terms text, p_cause uuid, p_effect uuid, p_goods bigint, p_delivery bigint, p_fee bigint,
    p_happened_at timestamp with time zone
)
RETURNS void LANGUAGE plpgsql
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
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
        FROM settlement_posted_transfers(p_cause) t
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
$$;

-- Lets an order's reservations go; where none live, nothing happens. What is posted and not gone back in full is
-- refused (PS005).
CREATE OR REPLACE FUNCTION public.settlement_void(p_reference text, p_terms text, p_cause uuid, p_happened_at timestamp with time zone)
RETURNS void LANGUAGE plpgsql
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
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
$$;

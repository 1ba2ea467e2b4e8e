-- What of an order's reservations is neither posted nor voided yet.
CREATE OR REPLACE FUNCTION public.settlement_live(p_cause uuid)
RETURNS SETOF public.settlement_transfer LANGUAGE sql STABLE
AS $$
    SELECT t.* FROM public.settlement_transfer t WHERE t.cause_id = p_cause AND t.phase = 'pending'
        AND NOT EXISTS (SELECT FROM public.settlement_transfer r WHERE r.pending_id = t.id)
$$;

-- The transfers that post an order's sale, if its payment was not undone. A refund, even in full, takes none of them out.
-- An undone posting that had been refunded in full has nothing left to reverse, so it is known by its references: the
-- undoing of a payment has its sale's reference with "undo" in it.
CREATE OR REPLACE FUNCTION public.settlement_posted_transfers(p_cause uuid)
RETURNS SETOF public.settlement_transfer LANGUAGE sql STABLE
AS $$
    SELECT t.* FROM public.settlement_transfer t WHERE t.cause_id = p_cause AND t.phase = 'posted' AND t.reverses_id IS NULL
        AND NOT EXISTS (SELECT FROM public.settlement_reference u WHERE u.reference = replace(t.reference, ':sale:', ':undo:')
            AND u.reference <> t.reference)
$$;

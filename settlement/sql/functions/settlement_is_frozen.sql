-- Whether a snapshot that is still in force holds the obligation: then it may not shrink.
CREATE OR REPLACE FUNCTION public.settlement_is_frozen(p_obligation uuid)
RETURNS boolean LANGUAGE sql STABLE
SET search_path = public, pg_temp
AS $$
    SELECT EXISTS (SELECT FROM settlement_cycleedge e JOIN settlement_cycle c ON c.snapshot_id = e.snapshot_id
        WHERE e.obligation_id = p_obligation AND c.state IN ('snapshot', 'computed', 'proposed', 'approved'))
$$;

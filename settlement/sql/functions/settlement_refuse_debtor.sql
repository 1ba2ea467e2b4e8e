-- Says why a debtor could not reserve: its limit is reached (PS001), or else the guests' share of it (PS002).
CREATE OR REPLACE FUNCTION public.settlement_refuse_debtor(p_account text, p_amount bigint)
RETURNS void LANGUAGE plpgsql
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
    PERFORM FROM settlement_position p WHERE p.account = p_account
        AND p_amount + greatest(0, p.debit_pending_rupiah + p.debit_posted_rupiah - p.credit_posted_rupiah) > p.limit_rupiah;
    IF FOUND THEN
        RAISE EXCEPTION 'limit reached' USING ERRCODE = 'PS001', DETAIL = split_part(p_account, ':', 2);
    END IF;
    RAISE EXCEPTION 'guests'' share of the limit reached' USING ERRCODE = 'PS002', DETAIL = split_part(p_account, ':', 2);
END
$$;

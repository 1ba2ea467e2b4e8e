-- Adds an account's increments to its position and removes them; gives how many there were. Nothing is counted twice or
-- lost: the position's row is locked before its increments are removed, so two folds cannot cross. An account without a
-- position is refused (PS008).
--
-- The increments are found by walking their index, whatever the planner believes of their number. It believed in many
-- for an account and collected them by a bitmap, which also visits those that were folded before, until the next
-- vacuum; a walk marks the gone ones in the index and never meets them again. Measured: 0.21 ms a fold of three by
-- bitmap, 0.03 by index.
CREATE OR REPLACE FUNCTION public.settlement_fold(p_account text)
RETURNS bigint LANGUAGE plpgsql
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan SET enable_bitmapscan = off SET enable_seqscan = off
AS $$
DECLARE
    sums record;
BEGIN
    PERFORM FROM settlement_position p WHERE p.account = p_account FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'account not opened' USING ERRCODE = 'PS008', DETAIL = p_account;
    END IF;
    WITH gone AS (DELETE FROM settlement_positionincrement i WHERE i.account = p_account RETURNING i.*)
    SELECT count(*) AS rows, sum(g.debit_pending_rupiah) AS debit_pending, sum(g.debit_posted_rupiah) AS debit_posted,
        sum(g.credit_pending_rupiah) AS credit_pending, sum(g.credit_posted_rupiah) AS credit_posted,
        sum(g.guest_pending_rupiah) AS guest_pending INTO sums FROM gone g;
    IF sums.rows > 0 THEN
        UPDATE settlement_position p SET debit_pending_rupiah = p.debit_pending_rupiah + sums.debit_pending,
            debit_posted_rupiah = p.debit_posted_rupiah + sums.debit_posted,
            credit_pending_rupiah = p.credit_pending_rupiah + sums.credit_pending,
            credit_posted_rupiah = p.credit_posted_rupiah + sums.credit_posted,
            guest_pending_rupiah = p.guest_pending_rupiah + sums.guest_pending
        WHERE p.account = p_account;
    END IF;
    RETURN sums.rows;
END
$$;

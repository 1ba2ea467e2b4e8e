-- Any other event of the books, once for each reference: transfers with their increments, and for those that have a
-- debtor an obligation of p_owed, stamped with the open cycle. Gives whether it was new.
CREATE OR REPLACE FUNCTION public.settlement_book(
    p_reference text, p_terms text, p_cause uuid, p_events text[], p_debits text[], p_credits text[], p_amounts bigint[],
    p_debtors text[], p_creditors text[], p_owed bigint[], p_obligation_cause text, p_effect uuid,
    p_happened_at timestamp with time zone
)
RETURNS boolean LANGUAGE plpgsql
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    stamp integer;
BEGIN
    IF cardinality(settlement_refer(ARRAY[p_reference], ARRAY[p_terms])) = 0 THEN
        RETURN false;
    END IF;
    stamp := settlement_stamp();
    WITH legs AS MATERIALIZED (
        SELECT settlement_uuid7() AS id, g.* FROM unnest(p_events, p_debits, p_credits, p_amounts, p_debtors, p_creditors, p_owed)
            AS g (event, debit, credit, amount, debtor, creditor, owed)),
    added AS (
        INSERT INTO settlement_transfer (id, phase, event, debit, credit, amount_rupiah, delivery_rupiah, reference, cause_id, by_guest,
            happened_at, created_at)
        SELECT l.id, 'posted', l.event, l.debit, l.credit, l.amount, 0, p_reference, p_cause, false, p_happened_at, now() FROM legs l),
    counted AS (
        INSERT INTO settlement_positionincrement (account, transfer_id, debit_pending_rupiah, debit_posted_rupiah,
            credit_pending_rupiah, credit_posted_rupiah, guest_pending_rupiah)
        SELECT l.debit, l.id, 0, l.amount, 0, 0, 0 FROM legs l UNION ALL SELECT l.credit, l.id, 0, 0, 0, l.amount, 0 FROM legs l)
    INSERT INTO settlement_obligation (id, debtor, creditor, amount_rupiah, open_rupiah, cause, cause_id, transfer_id,
        cycle_number, happened_at, created_at)
    SELECT settlement_uuid7(), l.debtor, l.creditor, l.owed, l.owed, p_obligation_cause, p_effect, l.id, stamp, p_happened_at, now()
    FROM legs l WHERE l.owed > 0;
    RETURN true;
END
$$;

-- Any other event of the books, once for each reference: transfers with their increments, and for each that has a
-- debtor its obligation, stamped with the open cycle. Gives whether it was new.
CREATE OR REPLACE FUNCTION public.settlement_book(
    p_reference text, p_terms text, p_cause uuid, p_events text[], p_debits text[], p_credits text[], p_amounts bigint[],
    p_deliveries bigint[], p_debtors text[], p_creditors text[], p_obligation_cause text, p_effect uuid,
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
    WITH planned AS MATERIALIZED (
        SELECT settlement_uuid7() AS id, g.* FROM unnest(p_events, p_debits, p_credits, p_amounts, p_deliveries, p_debtors, p_creditors)
            AS g (event, debit, credit, amount, delivery, debtor, creditor)),
    added AS (
        INSERT INTO settlement_transfer (id, phase, event, debit, credit, amount_rupiah, delivery_rupiah, reference, cause_id, by_guest,
            happened_at, created_at)
        SELECT p.id, 'posted', p.event, p.debit, p.credit, p.amount, p.delivery, p_reference, p_cause, false, p_happened_at, now()
        FROM planned p),
    counted AS (
        INSERT INTO settlement_positionincrement (account, transfer_id, debit_pending_rupiah, debit_posted_rupiah,
            credit_pending_rupiah, credit_posted_rupiah, guest_pending_rupiah)
        SELECT p.debit, p.id, 0, p.amount, 0, 0, 0 FROM planned p UNION ALL SELECT p.credit, p.id, 0, 0, 0, p.amount, 0 FROM planned p)
    INSERT INTO settlement_obligation (id, debtor, creditor, amount_rupiah, open_rupiah, cause, cause_id, transfer_id,
        cycle_number, happened_at, created_at)
    SELECT settlement_uuid7(), p.debtor, p.creditor, p.amount, p.amount, p_obligation_cause, p_effect, p.id, stamp, p_happened_at, now()
    FROM planned p WHERE p.debtor <> '';
    RETURN true;
END
$$;

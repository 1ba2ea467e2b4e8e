-- Reserves the transfers of a checkout whose references are new; repeated ones change nothing. No debtor's exposure passes
-- its limit, nor guests their share of it, whoever else reserves at that moment, and each transfer keeps the limit it
-- was held against.
--
-- Locks the debtors in order of their codes (settlement_fold does), each before its increments are folded and its limit
-- is checked: a later statement of a READ COMMITTED transaction sees all that was committed while it waited for the
-- lock, an earlier one does not. The creditor gets an increment and is never locked.
CREATE OR REPLACE FUNCTION public.settlement_reserve(
    p_references text[], p_terms text[], p_transfer_references text[], p_causes uuid[], p_events text[], p_debits text[],
    p_credits text[], p_amounts bigint[], p_deliveries bigint[], p_guests boolean[], p_happened_at timestamp with time zone
)
RETURNS void LANGUAGE plpgsql
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    fresh text[];
    debtor record;
    allowed record;
BEGIN
    fresh := settlement_refer(p_references, p_terms);
    FOR debtor IN
        SELECT g.debit AS account, sum(g.amount)::bigint AS amount, coalesce(sum(g.amount) FILTER (WHERE g.guest), 0)::bigint AS guest
        FROM unnest(p_transfer_references, p_debits, p_amounts, p_guests) AS g (reference, debit, amount, guest)
        WHERE g.reference = ANY (fresh) GROUP BY g.debit ORDER BY g.debit COLLATE "C"
    LOOP
        PERFORM settlement_fold(debtor.account);
        UPDATE settlement_position p
        SET debit_pending_rupiah = p.debit_pending_rupiah + debtor.amount, guest_pending_rupiah = p.guest_pending_rupiah + debtor.guest
        WHERE p.account = debtor.account
            AND (p.limit_rupiah IS NULL OR debtor.amount + greatest(0,
                p.debit_pending_rupiah + p.debit_posted_rupiah - p.credit_posted_rupiah) <= p.limit_rupiah)
            AND (debtor.guest = 0 OR p.guest_limit_rupiah IS NULL OR p.guest_pending_rupiah + debtor.guest <= p.guest_limit_rupiah)
        RETURNING p.limit_rupiah, debtor.amount + greatest(0, p.debit_pending_rupiah - debtor.amount + p.debit_posted_rupiah
            - p.credit_posted_rupiah) AS exposure INTO allowed;
        IF NOT FOUND THEN
            PERFORM settlement_refuse_debtor(debtor.account, debtor.amount);
        END IF;
        WITH added AS (
            INSERT INTO settlement_transfer (id, phase, event, debit, credit, amount_rupiah, delivery_rupiah, reference, cause_id,
                by_guest, limit_rupiah, exposure_rupiah, happened_at, created_at)
            SELECT settlement_uuid7(), 'pending', g.event, g.debit, g.credit, g.amount, g.delivery, g.reference, g.cause,
                g.guest, allowed.limit_rupiah, allowed.exposure, p_happened_at, now()
            FROM unnest(p_transfer_references, p_causes, p_events, p_debits, p_credits, p_amounts, p_deliveries, p_guests)
                AS g (reference, cause, event, debit, credit, amount, delivery, guest)
            WHERE g.debit = debtor.account AND g.reference = ANY (fresh)
            RETURNING id, credit, amount_rupiah)
        INSERT INTO settlement_positionincrement (account, transfer_id, debit_pending_rupiah, debit_posted_rupiah,
            credit_pending_rupiah, credit_posted_rupiah, guest_pending_rupiah)
        SELECT a.credit, a.id, 0, 0, a.amount_rupiah, 0, 0 FROM added a;
    END LOOP;
END
$$;

-- One reversal: the same accounts the other way, at most what is left of the original (PS007). What is still open of
-- its obligation shrinks. What is not open any more (set off, paid, frozen by a snapshot) is owed back by an obligation
-- of its own in the open cycle, which is caused by the effect. The caller has locked the obligation.
CREATE OR REPLACE FUNCTION public.settlement_reverse(
    p_transfer uuid, p_amount bigint, p_delivery bigint, p_event text, p_reference text, p_effect uuid,
    p_happened_at timestamp with time zone
)
RETURNS void LANGUAGE plpgsql
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    original settlement_transfer;
    owed settlement_obligation;
    back record;
    reversal uuid := settlement_uuid7();
    shrunk bigint;
BEGIN
    SELECT * INTO original FROM settlement_transfer t WHERE t.id = p_transfer;
    SELECT coalesce(sum(r.amount_rupiah), 0) AS amount, coalesce(sum(r.delivery_rupiah), 0) AS delivery INTO back
        FROM settlement_transfer r WHERE r.reverses_id = p_transfer;
    IF p_amount > original.amount_rupiah - back.amount OR p_delivery > original.delivery_rupiah - back.delivery THEN
        RAISE EXCEPTION 'more would go back than came' USING ERRCODE = 'PS007', DETAIL = p_reference;
    END IF;
    INSERT INTO settlement_transfer (id, phase, event, debit, credit, amount_rupiah, delivery_rupiah, reference, cause_id, reverses_id,
        by_guest, happened_at, created_at)
    VALUES (reversal, 'posted', p_event, original.credit, original.debit, p_amount, p_delivery, p_reference, original.cause_id, p_transfer,
        false, p_happened_at, now());
    INSERT INTO settlement_positionincrement (account, transfer_id, debit_pending_rupiah, debit_posted_rupiah,
        credit_pending_rupiah, credit_posted_rupiah, guest_pending_rupiah)
    VALUES (original.credit, reversal, 0, p_amount, 0, 0, 0), (original.debit, reversal, 0, 0, 0, p_amount, 0);
    SELECT * INTO owed FROM settlement_obligation o WHERE o.transfer_id = p_transfer;
    shrunk := CASE WHEN settlement_is_frozen(owed.id) THEN 0 ELSE least(owed.open_rupiah, p_amount) END;
    IF shrunk > 0 THEN
        UPDATE settlement_obligation o SET open_rupiah = o.open_rupiah - shrunk WHERE o.id = owed.id;
    END IF;
    IF p_amount > shrunk THEN
        INSERT INTO settlement_obligation (id, debtor, creditor, amount_rupiah, open_rupiah, cause, cause_id, transfer_id,
            cycle_number, happened_at, created_at)
        VALUES (settlement_uuid7(), owed.creditor, owed.debtor, p_amount - shrunk, p_amount - shrunk, 'refund', p_effect, reversal,
            settlement_stamp(), p_happened_at, now());
    END IF;
END
$$;

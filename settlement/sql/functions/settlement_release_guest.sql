-- The part of live reservations that still counts as unpaid goods of guests stops counting, once: the reference decides
-- who did it.
CREATE OR REPLACE FUNCTION public.settlement_release_guest(p_cause uuid)
RETURNS void LANGUAGE plpgsql
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(p_cause::text, 0));
    PERFORM FROM settlement_live(p_cause) l WHERE l.by_guest;
    IF FOUND THEN
        INSERT INTO settlement_reference (reference, terms_sha256, created_at)
        VALUES ('order:' || p_cause || ':secure', sha256(''), now()) ON CONFLICT DO NOTHING;
        IF FOUND THEN
            INSERT INTO settlement_positionincrement (account, transfer_id, debit_pending_rupiah, debit_posted_rupiah,
                credit_pending_rupiah, credit_posted_rupiah, guest_pending_rupiah)
            SELECT l.debit, l.id, 0, 0, 0, 0, -l.amount_rupiah FROM settlement_live(p_cause) l WHERE l.by_guest;
        END IF;
    END IF;
END
$$;

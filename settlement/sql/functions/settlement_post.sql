-- Posts a sale, once for each reference, and resolves every live reservation of the order: by the transfer of the same
-- event and accounts if there is one (posted, the rest of the reservation released), else voided. Transfers post without a
-- reservation only by p_reserved = false and where nothing is reserved; what differs from the reservations else is
-- refused (PS004). An order stands posted once at most (PS005). Each that is posted and has a debtor makes its obligation, stamped
-- with the open cycle. No limit is asked and no position locked.
--
-- One look at what stands, one statement that writes. The look sees all that was committed before the order's lock was
-- got.
CREATE OR REPLACE FUNCTION public.settlement_post(
    p_reference text, p_terms text, p_cause uuid, p_reserved boolean, p_events text[], p_debits text[], p_credits text[],
    p_amounts bigint[], p_deliveries bigint[], p_debtors text[], p_creditors text[], p_happened_at timestamp with time zone
)
RETURNS void LANGUAGE plpgsql
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    seen record;
    stamp integer;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(p_cause::text, 0));
    INSERT INTO settlement_reference (reference, terms_sha256, created_at) VALUES (p_reference, decode(p_terms, 'hex'), now())
        ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        PERFORM settlement_refer(ARRAY[p_reference], ARRAY[p_terms]);
        RETURN;
    END IF;
    WITH live AS MATERIALIZED (SELECT * FROM settlement_live(p_cause))
    SELECT EXISTS (SELECT FROM unnest(p_events, p_debits, p_credits, p_amounts) AS g (event, debit, credit, amount)
            FULL JOIN live l ON l.event = g.event AND l.debit = g.debit AND l.credit = g.credit
            WHERE CASE WHEN p_reserved THEN coalesce(l.amount_rupiah, 0) < g.amount ELSE l.id IS NOT NULL END) AS differs,
        EXISTS (SELECT FROM settlement_posted_transfers(p_cause)) AS is_posted,
        EXISTS (SELECT FROM live l WHERE l.by_guest) AS guests INTO seen;
    IF seen.differs THEN
        RAISE EXCEPTION 'what is posted differs from what was reserved' USING ERRCODE = 'PS004', DETAIL = p_reference;
    END IF;
    IF seen.is_posted THEN
        RAISE EXCEPTION 'posted already' USING ERRCODE = 'PS005', DETAIL = p_reference;
    END IF;
    IF seen.guests THEN
        PERFORM settlement_release_guest(p_cause);
    END IF;
    stamp := settlement_stamp();
    WITH planned AS MATERIALIZED (
        SELECT settlement_uuid7() AS id, coalesce(g.event, l.event) AS event, coalesce(g.debit, l.debit) AS debit,
            coalesce(g.credit, l.credit) AS credit, coalesce(g.amount, l.amount_rupiah) AS amount,
            coalesce(g.delivery, l.delivery_rupiah) AS delivery, coalesce(g.amount, 0) AS posted,
            coalesce(l.amount_rupiah, 0) AS released, l.id AS pending_id, g.debtor, g.creditor
        FROM unnest(p_events, p_debits, p_credits, p_amounts, p_deliveries, p_debtors, p_creditors)
            AS g (event, debit, credit, amount, delivery, debtor, creditor)
        FULL JOIN settlement_live(p_cause) l ON l.event = g.event AND l.debit = g.debit AND l.credit = g.credit),
    moved AS (
        INSERT INTO settlement_transfer (id, phase, event, debit, credit, amount_rupiah, delivery_rupiah, reference, cause_id,
            pending_id, by_guest, happened_at, created_at)
        SELECT p.id, CASE WHEN p.posted > 0 THEN 'posted' ELSE 'voided' END, p.event, p.debit, p.credit, p.amount, p.delivery,
            p_reference, p_cause, p.pending_id, false, p_happened_at, now() FROM planned p),
    counted AS (
        INSERT INTO settlement_positionincrement (account, transfer_id, debit_pending_rupiah, debit_posted_rupiah,
            credit_pending_rupiah, credit_posted_rupiah, guest_pending_rupiah)
        SELECT p.debit, p.id, -p.released, p.posted, 0, 0, 0 FROM planned p
        UNION ALL SELECT p.credit, p.id, 0, 0, -p.released, p.posted, 0 FROM planned p)
    INSERT INTO settlement_obligation (id, debtor, creditor, amount_rupiah, open_rupiah, cause, cause_id, transfer_id,
        cycle_number, happened_at, created_at)
    SELECT settlement_uuid7(), p.debtor, p.creditor, p.posted, p.posted, 'order', p_cause, p.id, stamp, p_happened_at, now()
    FROM planned p WHERE p.posted > 0 AND p.debtor <> '';
END
$$;

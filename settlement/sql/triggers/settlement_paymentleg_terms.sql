-- Whom a leg pays, how much, by which rail and under which key stands before anybody outside is asked, and stays; the accounts
-- that it was sent from and to stay once they are written.
CREATE TRIGGER settlement_paymentleg_terms BEFORE UPDATE ON public.settlement_paymentleg FOR EACH ROW WHEN (
    (OLD.id, OLD.cycle_id, OLD.giver, OLD.receiver, OLD.amount_rupiah, OLD.rail, OLD.gateway, OLD.key, OLD.planned_at)
    IS DISTINCT FROM
    (NEW.id, NEW.cycle_id, NEW.giver, NEW.receiver, NEW.amount_rupiah, NEW.rail, NEW.gateway, NEW.key, NEW.planned_at)
    OR (OLD.from_account_id IS NOT NULL AND OLD.from_account_id IS DISTINCT FROM NEW.from_account_id)
    OR (OLD.to_account_id IS NOT NULL AND OLD.to_account_id IS DISTINCT FROM NEW.to_account_id)
) EXECUTE FUNCTION public.settlement_refuse_change('whom a leg pays, and how much, stands before anybody is asked');

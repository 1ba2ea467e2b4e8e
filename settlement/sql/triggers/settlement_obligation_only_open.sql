-- Of an obligation only what is still open may change; the stamp of its cycle is as fixed as the rest. By value and not
-- by column list: an ORM's save() names every column and is still right if it changes only the open amount.
CREATE TRIGGER settlement_obligation_only_open BEFORE UPDATE ON public.settlement_obligation FOR EACH ROW WHEN (
    (OLD.id, OLD.debtor, OLD.creditor, OLD.amount_rupiah, OLD.cause, OLD.cause_id, OLD.transfer_id,
        OLD.cycle_number, OLD.happened_at, OLD.created_at)
    IS DISTINCT FROM
    (NEW.id, NEW.debtor, NEW.creditor, NEW.amount_rupiah, NEW.cause, NEW.cause_id, NEW.transfer_id,
        NEW.cycle_number, NEW.happened_at, NEW.created_at)
) EXECUTE FUNCTION
    public.settlement_refuse_change('only what is still open of an obligation may change, and no obligation is ever removed');

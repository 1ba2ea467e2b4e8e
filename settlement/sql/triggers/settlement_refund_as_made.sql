-- What goes back, of which order and at which counter, stays as it was written; only what became of it changes.
CREATE TRIGGER settlement_refund_as_made BEFORE UPDATE ON public.federation_refund FOR EACH ROW WHEN (
    (OLD.id, OLD.order_id, OLD.reference, OLD.village_code, OLD.goods_rupiah, OLD.delivery_rupiah, OLD.amount_rupiah, OLD.fee_rupiah,
        OLD.reason, OLD.made_by, OLD.made_at)
    IS DISTINCT FROM
    (NEW.id, NEW.order_id, NEW.reference, NEW.village_code, NEW.goods_rupiah, NEW.delivery_rupiah, NEW.amount_rupiah, NEW.fee_rupiah,
        NEW.reason, NEW.made_by, NEW.made_at)
) EXECUTE FUNCTION public.settlement_refuse_change('a refund stays as it was made');

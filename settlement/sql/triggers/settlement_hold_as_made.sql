-- What holds the money, and what two persons said to release it, stands as it was made: it is answered once.
CREATE TRIGGER settlement_hold_as_made BEFORE UPDATE ON public.settlement_moneyhold FOR EACH ROW WHEN (
    OLD.state = 'released' OR (OLD.id, OLD.backup_at, OLD.restored_at) IS DISTINCT FROM (NEW.id, NEW.backup_at, NEW.restored_at)
) EXECUTE FUNCTION public.settlement_refuse_change('a hold is released once');
CREATE TRIGGER settlement_hold_as_made BEFORE UPDATE ON public.settlement_holdlist FOR EACH ROW WHEN (
    OLD.confirmed_at IS NOT NULL OR (OLD.id, OLD.hold_id, OLD.sha256, OLD.line_count, OLD.in_rupiah, OLD.out_rupiah, OLD.proposed_by,
        OLD.proposed_at) IS DISTINCT FROM (NEW.id, NEW.hold_id, NEW.sha256, NEW.line_count, NEW.in_rupiah, NEW.out_rupiah,
        NEW.proposed_by, NEW.proposed_at)
) EXECUTE FUNCTION public.settlement_refuse_change('a list is confirmed once, as it was proposed');
CREATE TRIGGER settlement_hold_as_made BEFORE UPDATE ON public.settlement_statedcash FOR EACH ROW WHEN (
    OLD.declined_at IS NOT NULL OR OLD.adopted_at IS NOT NULL OR (OLD.id, OLD.hold_id, OLD.village_code, OLD.handed_over_rupiah,
        OLD.received_rupiah, OLD.by_village, OLD.stated_by, OLD.stated_at) IS DISTINCT FROM (NEW.id, NEW.hold_id, NEW.village_code,
        NEW.handed_over_rupiah, NEW.received_rupiah, NEW.by_village, NEW.stated_by, NEW.stated_at)
) EXECUTE FUNCTION public.settlement_refuse_change('what a village stated stands as it was stated');

-- A finished cycle never changes.
CREATE TRIGGER settlement_cycle_ended BEFORE UPDATE ON public.settlement_cycle FOR EACH ROW WHEN (OLD.state IN ('closed', 'aborted'))
EXECUTE FUNCTION public.settlement_refuse_change('a finished cycle never changes');

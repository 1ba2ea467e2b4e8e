-- After a restore, whoever asks: nobody is told to move money, no cycle is cut off, approved or set off, until two
-- persons have released it.
CREATE TRIGGER settlement_money_held BEFORE INSERT ON public.settlement_bankfile
FOR EACH ROW EXECUTE FUNCTION public.settlement_refuse_while_held('the federation''s money is held since a restore');
CREATE TRIGGER settlement_money_held BEFORE UPDATE ON public.settlement_paymentleg FOR EACH ROW WHEN (
    OLD.state = 'planned' AND NEW.state IN ('submitted', 'unknown')
) EXECUTE FUNCTION public.settlement_refuse_while_held('the federation''s money is held since a restore');
CREATE TRIGGER settlement_money_held BEFORE UPDATE ON public.settlement_cycle FOR EACH ROW WHEN (
    OLD.state IS DISTINCT FROM NEW.state AND NEW.state IN ('cutoff', 'approved', 'setoff_posted', 'paying', 'closed')
) EXECUTE FUNCTION public.settlement_refuse_while_held('the federation''s money is held since a restore');

-- A payment leg moves along its states, from > to, as settlement.bank.rails.progress has them (a test compares the two), and
-- never back.
CREATE TRIGGER settlement_paymentleg_moves BEFORE UPDATE ON public.settlement_paymentleg FOR EACH ROW WHEN (
    OLD.state IS DISTINCT FROM NEW.state AND OLD.state || '>' || NEW.state <> ALL (ARRAY[
        'planned>submitted', 'planned>unknown', 'planned>failed', 'planned>succeeded',
        'submitted>unknown', 'submitted>failed', 'submitted>succeeded', 'submitted>returned',
        'unknown>failed', 'unknown>succeeded', 'unknown>returned',
        'succeeded>returned'
    ])
) EXECUTE FUNCTION public.settlement_refuse_change('its state does not move that way');

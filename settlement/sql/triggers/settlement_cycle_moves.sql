-- A cycle moves along its states, from > to, and never back: but an objection freezes and computes it again, and a
-- payout that comes back while it reconciles lets it pay once more. It is given up before its set-off is posted or not
-- at all.
CREATE TRIGGER settlement_cycle_moves BEFORE UPDATE ON public.settlement_cycle FOR EACH ROW WHEN (
    OLD.state IS DISTINCT FROM NEW.state AND OLD.state || '>' || NEW.state <> ALL (ARRAY[
        'open>cutoff', 'cutoff>snapshot', 'snapshot>computed', 'computed>proposed', 'proposed>approved', 'approved>setoff_posted',
        'setoff_posted>collecting', 'collecting>paying', 'paying>reconciling', 'reconciling>closed',
        'proposed>snapshot', 'computed>snapshot', 'reconciling>paying',
        'cutoff>aborted', 'snapshot>aborted', 'computed>aborted', 'proposed>aborted', 'approved>aborted'
    ])
) EXECUTE FUNCTION public.settlement_refuse_change('its state does not move that way');

"""What has moved of a cycle's money, by party: the one text that all reading of it shares. `deploy.audit` counts for itself."""

from __future__ import annotations

from settlement.models import PaymentLeg
from tenants.codes import FEDERATION

_STANDING = ", ".join(f"'{state}'" for state in (*PaymentLeg.ACTIVE, PaymentLeg.State.SUCCEEDED))  # holds money, or may

# To stand after LATERAL, beside a cycle that is called c. A row for each party and side (`owes`: it pays), in rupiah: `moved`: paid or got;
# `under_way`: planned or sent besides; `direct`: what of that one village brings to another. What the federation itself owes the pool is
# there from the set-off on and counts as moved; what the pool owes it, it takes by a transfer of its own.
MOVES = f"""(
    SELECT side.party, side.owes, coalesce(sum(l.amount_rupiah) FILTER (WHERE l.state = 'succeeded'), 0)::bigint AS moved,
        coalesce(sum(l.amount_rupiah) FILTER (WHERE l.state <> 'succeeded'), 0)::bigint AS under_way,
        coalesce(sum(l.amount_rupiah) FILTER (WHERE l.state <> 'succeeded' AND '{FEDERATION}' NOT IN (l.giver, l.receiver)),
            0)::bigint AS direct
    FROM public.settlement_paymentleg l CROSS JOIN LATERAL (VALUES (l.giver, true), (l.receiver, false)) side (party, owes)
    WHERE l.cycle_id = c.id AND l.state IN ({_STANDING}) AND side.party <> '{FEDERATION}' GROUP BY side.party, side.owes
    UNION ALL SELECT '{FEDERATION}', true, sum(o.amount_rupiah)::bigint, 0, 0 FROM public.settlement_obligation o
        WHERE o.cause = 'cycle' AND o.cause_id = c.id AND o.cycle_number = c.number AND o.debtor = '{FEDERATION}' HAVING count(*) > 0
    UNION ALL SELECT '{FEDERATION}', false, sum(t.amount_rupiah)::bigint, 0, 0 FROM public.settlement_transfer t
        WHERE t.cause_id = c.id AND t.event = 'own-share' HAVING count(*) > 0)"""  # noqa: S608 -- constants of this module only

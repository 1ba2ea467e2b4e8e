"""What has moved of a cycle's money, by party: the one text that all reading of it shares. `deploy.audit` counts for itself."""

from __future__ import annotations

from settlement.models import PaymentLeg
from tenants.codes import FEDERATION

_COUNTED = ", ".join(f"'{state}'" for state in (*PaymentLeg.ACTIVE, PaymentLeg.State.SUCCEEDED))  # holds money, or may
_ITEM = f"o.cause = 'cycle' AND o.cause_id = c.id AND o.debtor = '{FEDERATION}'"
# What goes to a creditor without having been collected: from a village that owes, or from the federation's money at a gateway.
_DIRECT = f"(l.rail = 'gateway' OR '{FEDERATION}' NOT IN (l.giver, l.receiver))"

# To stand after LATERAL, beside a cycle that is called c. One row for each party and side (`owes`: it pays), in rupiah: `moved`: paid or
# got; `under_way`: planned or sent besides; `direct`: what of that goes straight from one who owes. What the federation owes the pool has
# moved as far as its item is open no more, and once the cycle has closed as far as it did not roll on (nothing of it is ever carried); what
# the pool owes it, it takes by a transfer of its own.
MOVES = f"""(
    SELECT party, owes, sum(moved)::bigint AS moved, sum(under_way)::bigint AS under_way, sum(direct)::bigint AS direct FROM (
        SELECT side.party, side.owes,
            CASE WHEN l.state = 'succeeded' AND side.party <> '{FEDERATION}' THEN l.amount_rupiah ELSE 0 END AS moved,
            CASE WHEN l.state <> 'succeeded' THEN l.amount_rupiah ELSE 0 END AS under_way,
            CASE WHEN l.state <> 'succeeded' AND {_DIRECT} THEN l.amount_rupiah ELSE 0 END AS direct
        FROM public.settlement_paymentleg l CROSS JOIN LATERAL (VALUES (l.giver, true), (l.receiver, false)) side (party, owes)
        WHERE l.cycle_id = c.id AND l.state IN ({_COUNTED}) AND (side.party <> '{FEDERATION}' OR (l.rail = 'gateway' AND side.owes))
        UNION ALL SELECT '{FEDERATION}', true, CASE WHEN o.cycle_number = c.number THEN o.amount_rupiah - o.open_rupiah
            ELSE -o.amount_rupiah END, 0, 0 FROM public.settlement_obligation o
        WHERE {_ITEM} AND o.cycle_number >= c.number
        UNION ALL SELECT '{FEDERATION}', false, CASE t.event WHEN 'own-share' THEN t.amount_rupiah ELSE -t.amount_rupiah END, 0, 0
            FROM public.settlement_transfer t WHERE t.cause_id = c.id AND t.event IN ('own-share', 'own-share-back')) each
    GROUP BY party, owes)"""  # noqa: S608 -- constants of this module only

"""Records of cycles only grow; a cycle and a payment leg move along their states and never back; a finished cycle never changes."""

from django.db import migrations

APPEND_ONLY = [
    f"CREATE TRIGGER settlement_{table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON settlement_{table} "
    "FOR EACH STATEMENT EXECUTE FUNCTION settlement_refuse_change('records of a cycle are kept as they were written')"
    for table in (
        *("snapshot", "cycleedge", "solution", "setoff", "cycleparty", "approval"),
        *("bankfile", "legevent", "bankstatement", "seal", "sealedrow"),
    )
]
KEPT = [
    f"CREATE TRIGGER settlement_{table}_kept BEFORE DELETE OR TRUNCATE ON settlement_{table} "
    "FOR EACH STATEMENT EXECUTE FUNCTION settlement_refuse_change('no row of it is ever removed')"
    for table in ("cycle", "objection", "paymentleg", "statementline")
]

# from -> to, as two arrays that a trigger searches
CYCLE_MOVES = [
    ("open", "cutoff"), ("cutoff", "snapshot"), ("snapshot", "computed"), ("computed", "proposed"), ("proposed", "approved"),
    ("approved", "setoff_posted"), ("setoff_posted", "collecting"), ("collecting", "paying"), ("paying", "reconciling"),
    ("reconciling", "closed"),
    # an objection: frozen and computed anew
    ("proposed", "snapshot"), ("computed", "snapshot"),
    *[(state, "aborted") for state in ("cutoff", "snapshot", "computed", "proposed", "approved")],
]  # fmt: skip
LEG_MOVES = [  # as settlement.bank.rails.progress.TABLE has them
    *[("planned", state) for state in ("submitted", "unknown", "failed", "succeeded")],
    *[("submitted", state) for state in ("unknown", "failed", "succeeded", "returned")],
    *[("unknown", state) for state in ("failed", "succeeded", "returned")],
    ("succeeded", "returned"),
]  # fmt: skip


def moves(table: str, allowed: list[tuple[str, str]]) -> str:
    """A row trigger that lets `state` change along these pairs only."""
    pairs = ", ".join(f"'{old}>{new}'" for old, new in allowed)
    return (
        f"CREATE TRIGGER settlement_{table}_moves BEFORE UPDATE ON settlement_{table} FOR EACH ROW "
        f"WHEN (OLD.state IS DISTINCT FROM NEW.state AND OLD.state || '>' || NEW.state <> ALL (ARRAY[{pairs}])) "
        f"EXECUTE FUNCTION settlement_refuse_change('its state does not move that way')"
    )


MOVES = [
    moves("cycle", CYCLE_MOVES),
    moves("paymentleg", LEG_MOVES),
    "CREATE TRIGGER settlement_cycle_ended BEFORE UPDATE ON settlement_cycle FOR EACH ROW WHEN (OLD.state IN ('closed', 'aborted')) "
    "EXECUTE FUNCTION settlement_refuse_change('a finished cycle never changes')",
    "CREATE TRIGGER settlement_paymentleg_terms BEFORE UPDATE ON settlement_paymentleg FOR EACH ROW WHEN ("
    "(OLD.id, OLD.cycle_id, OLD.giver, OLD.receiver, OLD.amount_rupiah, OLD.rail, OLD.key, OLD.planned_at)"
    " IS DISTINCT FROM "
    "(NEW.id, NEW.cycle_id, NEW.giver, NEW.receiver, NEW.amount_rupiah, NEW.rail, NEW.key, NEW.planned_at)"
    ") EXECUTE FUNCTION settlement_refuse_change('whom a leg pays, and how much, stands before anybody is asked')",
    # The stamp is as fixed as the rest of an obligation.
    "CREATE TRIGGER settlement_obligation_stamp BEFORE UPDATE ON settlement_obligation FOR EACH ROW "
    "WHEN (OLD.cycle_number IS DISTINCT FROM NEW.cycle_number) "
    "EXECUTE FUNCTION settlement_refuse_change('only what is still open of an obligation may change')",
]


class Migration(migrations.Migration):
    dependencies = [("settlement", "0005_add_cycles_and_payments")]

    operations = [migrations.RunSQL([*APPEND_ONLY, *KEPT, *MOVES], migrations.RunSQL.noop)]

"""A cycle that reconciles pays once more when a payout comes back: all other moves stay as they were."""

from importlib import import_module

from django.db import migrations

guard = import_module("settlement.migrations.0006_guard_cycles_and_payments")


class Migration(migrations.Migration):
    dependencies = [("settlement", "0007_stamp_postings")]

    operations = [
        migrations.RunSQL(
            [
                "DROP TRIGGER settlement_cycle_moves ON settlement_cycle",
                guard.moves("cycle", [*guard.CYCLE_MOVES, ("reconciling", "paying")]),
            ],
            migrations.RunSQL.noop,
        )
    ]

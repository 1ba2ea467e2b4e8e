"""How the ledger's tables are stored: fewer writes for each posting, and vacuum by number where rows live for a minute."""

from django.db import migrations

STORAGE = [
    # References are looked up whole, never by their beginning: this index of Django's would only cost each posting a write.
    "DROP INDEX settlement_reference_reference_000e1beb_like",
    # A position is updated in place all day: room in its page keeps the updates out of the index.
    "ALTER TABLE settlement_position SET (fillfactor = 40)",
    # Increments live for a minute: vacuum by their number, not by a share of the table.
    "ALTER TABLE settlement_positionincrement SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000)",
]


class Migration(migrations.Migration):
    dependencies = [("settlement", "0001_make_the_ledgers_tables")]

    operations = [migrations.RunSQL(STORAGE, migrations.RunSQL.noop)]

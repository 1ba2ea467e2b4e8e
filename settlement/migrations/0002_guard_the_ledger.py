"""Transfers and references only grow; of an obligation only what is open may change. Privileges say the same for the
application's role; these triggers say it to everybody, the owner too. Statement triggers cost an INSERT nothing.
"""

from django.db import migrations

REFUSE_CHANGE = """
CREATE FUNCTION settlement_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of % refused: %', TG_OP, TG_TABLE_NAME, TG_ARGV[0] USING ERRCODE = 'PS000';
END
$$
"""
APPEND_ONLY = "rows of the ledger are kept for ever; correct them by reversing transfers"
ONLY_OPEN = "only what is still open of an obligation may change, and no obligation is ever removed"

TRIGGERS = [
    f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
    f"FOR EACH STATEMENT EXECUTE FUNCTION settlement_refuse_change('{APPEND_ONLY}')"
    for table in ("settlement_transfer", "settlement_reference")
] + [
    "CREATE TRIGGER settlement_obligation_kept BEFORE DELETE OR TRUNCATE ON settlement_obligation "
    f"FOR EACH STATEMENT EXECUTE FUNCTION settlement_refuse_change('{ONLY_OPEN}')",
    # By value and not by column list: an ORM's save() names every column and is still right if it changes only the open amount.
    "CREATE TRIGGER settlement_obligation_only_open BEFORE UPDATE ON settlement_obligation FOR EACH ROW WHEN ("
    "(OLD.id, OLD.debtor, OLD.creditor, OLD.amount_rupiah, OLD.cause, OLD.cause_id, OLD.transfer_id, OLD.happened_at, OLD.created_at)"
    " IS DISTINCT FROM "
    "(NEW.id, NEW.debtor, NEW.creditor, NEW.amount_rupiah, NEW.cause, NEW.cause_id, NEW.transfer_id, NEW.happened_at, NEW.created_at)"
    f") EXECUTE FUNCTION settlement_refuse_change('{ONLY_OPEN}')",
]

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

    operations = [
        migrations.RunSQL([REFUSE_CHANGE, *TRIGGERS], migrations.RunSQL.noop),
        migrations.RunSQL(STORAGE, migrations.RunSQL.noop),
    ]

"""Accounts that are known already stay in force: each becomes the first step of its party. Done again it adds nothing."""

from django.db import migrations


def keep(apps, schema_editor):
    """A step for each account that has none, with its entry in the activity log."""
    account, step = apps.get_model("settlement", "BankAccount"), apps.get_model("settlement", "BankAccountStep")
    entry = apps.get_model("tenants", "ActivityEntry")
    done = set(step.objects.values_list("party", flat=True))
    for row in account.objects.exclude(party__in=done).order_by("party"):
        terms = {name: getattr(row, name) for name in ("bank", "bank_code", "bic", "number", "holder")}
        kept = step.objects.create(party=row.party, turn=1, step="kept", by=row.changed_by, at=row.changed_at, **terms)
        detail = {"step": str(kept.id), **{name: value for name, value in terms.items() if name != "holder"}}
        entry.objects.create(at=row.changed_at, by=row.changed_by, action="bank-account.kept", subject_id=row.party, detail=detail)


class Migration(migrations.Migration):
    dependencies = [("settlement", "0002_account_steps_add"), ("tenants", "0001_initial")]

    operations = [migrations.RunPython(keep, migrations.RunPython.noop, elidable=False)]

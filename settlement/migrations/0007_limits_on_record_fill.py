"""Every limit in force stands in the activity log, as it is: from now on the log is held against it. Done again it adds nothing."""

from django.db import migrations


def keep(apps, schema_editor):
    """An entry for each village's limit that was set before."""
    position, entry = apps.get_model("settlement", "Position"), apps.get_model("tenants", "ActivityEntry")
    if entry.objects.filter(action="limit.kept").exists():
        return
    for row in position.objects.filter(account__kind="clearing").select_related("account").order_by("account_id"):
        after = {"limit_rupiah": row.limit_rupiah, "guest_limit_rupiah": row.guest_limit_rupiah}
        code = row.account.village_code
        entry.objects.create(at=row.account.created_at, action="limit.kept", subject_id=code, detail={"after": after})


class Migration(migrations.Migration):
    dependencies = [("settlement", "0006_own_costs"), ("tenants", "0004_roles_on_record_fill")]

    operations = [migrations.RunPython(keep, migrations.RunPython.noop, elidable=False)]

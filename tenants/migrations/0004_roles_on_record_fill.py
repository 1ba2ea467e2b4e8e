"""Every role that somebody has or had stands in the activity log, as it is; the audit reads it there. Done again it adds nothing."""

from django.db import migrations


def keep(apps, schema_editor):
    """An entry for each role that was written before."""
    membership, entry = apps.get_model("tenants", "Membership"), apps.get_model("tenants", "ActivityEntry")
    if entry.objects.filter(action="role.kept").exists():
        return
    for row in membership.objects.order_by("since_on", "id"):
        days = {"since_on": row.since_on.isoformat(), "until_on": row.until_on.isoformat() if row.until_on else None}
        entry.objects.create(
            at=row.user.created_at,
            action="role.kept",
            subject_id=str(row.user_id),
            village_code=row.village_code,
            detail={"role": row.role, **days},
        )


class Migration(migrations.Migration):
    dependencies = [("tenants", "0003_areas")]

    operations = [migrations.RunPython(keep, migrations.RunPython.noop, elidable=False)]

"""What became of the refunds that are there already: the step that each stands at. Done again it adds nothing."""

from django.db import migrations


def fill(apps, schema_editor):
    """A step for each refund that was paid out or voided."""
    refund, step = apps.get_model("federation", "Refund"), apps.get_model("federation", "RefundStep")
    rows = refund.objects.exclude(paid_out_at=None, voided_at=None).exclude(id__in=step.objects.values("refund_id"))
    steps = [
        step(refund=row, turn=1, step="voided", at=row.voided_at)
        if row.voided_at
        else step(refund=row, turn=1, step="paid-out", by=row.paid_out_by, at=row.paid_out_at)
        for row in rows.order_by("id")
    ]
    step.objects.bulk_create(steps)


class Migration(migrations.Migration):
    dependencies = [("federation", "0004_refund_steps_add")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=False)]

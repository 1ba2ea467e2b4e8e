"""How many rupiah a guest, or an account without a completed order, may have unpaid at once: or one click empties a shop for a day."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("federation", "0003_void_refunds_of_an_undone_payment")]

    operations = [
        migrations.AddField("federation", "unproven_unpaid_max_rupiah", models.BigIntegerField(default=2_000_000)),
        migrations.AddConstraint(
            "federation",
            models.CheckConstraint(name="federation_unproven_buyers_may_order", condition=models.Q(("unproven_unpaid_max_rupiah__gt", 0))),
        ),
    ]

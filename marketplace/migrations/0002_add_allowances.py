"""What went back of the price of goods that the buyer kept stands on their line; it is never more than the price of the kept pieces.

The default stands in the database too: code from before goes on writing lines without it.
"""

from django.db import migrations, models
from django.db.models import F, Q
from django.db.models.functions import Cast


class Migration(migrations.Migration):
    dependencies = [("marketplace", "0001_tables")]

    operations = [
        migrations.AddField("orderline", "allowance_rupiah", models.BigIntegerField(db_default=0, default=0)),
        migrations.AddConstraint(
            "orderline",
            models.CheckConstraint(
                name="order_line_allowance_within",
                condition=Q(
                    allowance_rupiah__gte=0,
                    allowance_rupiah__lte=Cast("price_rupiah", models.BigIntegerField()) * (F("quantity") - F("refunded")),
                ),
            ),
        ),
    ]

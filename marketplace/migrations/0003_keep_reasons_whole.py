"""Why the stock moved is kept as whole as every other reason: 300 characters, not 200. No row is written anew."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("marketplace", "0002_add_allowances")]

    operations = [migrations.AlterField("stockmovement", "reason", models.CharField(max_length=300, blank=True, default=""))]

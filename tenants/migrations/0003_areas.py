"""Names of provinces, regencies and districts, so that villages of one name can be told apart."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tenants", "0002_keep_clock_notes")]

    operations = [
        migrations.CreateModel(
            name="Area",
            fields=[
                ("code", models.CharField(max_length=8, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=100)),
            ],
        ),
    ]

"""What of the ledger's SQL is installed, by hashes of the file and of the catalogue's text."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("settlement", "0014_approve_by_two")]

    operations = [
        migrations.CreateModel(
            name="InstalledFunction",
            fields=[
                ("identifier", models.CharField(max_length=63, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=8)),
                ("file_sha256", models.BinaryField(max_length=32)),
                ("catalogue_sha256", models.BinaryField(max_length=32)),
                ("installed_at", models.DateTimeField()),
            ],
        ),
    ]

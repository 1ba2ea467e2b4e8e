from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("federation", "0008_pay_at_gateways"),
    ]

    operations = [
        migrations.AddField(
            model_name="purchase",
            name="request_sha256",
            field=models.CharField(blank=True, default="", max_length=64),
        ),
    ]

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("tenants", "0006_call_the_activity_log_so"),
    ]

    operations = [
        migrations.RemoveField(
            model_name="idempotencykey",
            name="called_at",
        ),
        migrations.RemoveField(
            model_name="idempotencykey",
            name="intent",
        ),
    ]

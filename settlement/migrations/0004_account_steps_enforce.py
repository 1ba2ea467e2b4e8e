"""The account in force follows from its steps; nothing else says what it is."""

from django.db import migrations

COLUMNS = ("bank", "bank_code", "bic", "number", "holder", "changed_by", "changed_at")


class Migration(migrations.Migration):
    dependencies = [("settlement", "0003_account_steps_fill")]

    operations = [migrations.RemoveField(model_name="bankaccount", name=name) for name in COLUMNS]

"""The federation's one row, with the terms that its operator may change later: a checkout never has to ask whether it is there."""

from django.db import migrations


def found(apps, schema_editor):
    apps.get_model("federation", "Federation").objects.get_or_create(id=1, defaults={"name": "Pasarsama"})


class Migration(migrations.Migration):
    dependencies = [("federation", "0001_tables")]

    operations = [migrations.RunPython(found, migrations.RunPython.noop, elidable=False)]

"""An approval names who cut off: with nobody named, one person alone could have done both.

A cycle that was cut off by nobody stays as it is; it can be given up, not approved.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("settlement", "0011_know_lines_by_likeness")]

    operations = [
        migrations.RemoveConstraint(model_name="approval", name="approval_by_another"),
        migrations.AlterField(model_name="approval", name="maker", field=models.UUIDField()),
        migrations.AddConstraint(
            model_name="approval",
            constraint=models.CheckConstraint(condition=~models.Q(approver=models.F("maker")), name="approval_by_another"),
        ),
    ]

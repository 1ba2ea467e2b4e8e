"""Interest, tax and charges have cents: a statement line keeps them beside its rupiah, and may be of sen alone."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("settlement", "0005_add_cycles_and_payments")]

    operations = [
        migrations.AddField(model_name="statementline", name="sen", field=models.PositiveSmallIntegerField(default=0)),
        migrations.RemoveConstraint(model_name="statementline", name="statement_line_amount_positive"),
        migrations.AddConstraint(
            model_name="statementline",
            constraint=models.CheckConstraint(
                name="statement_line_amount_positive",
                condition=models.Q(("amount_rupiah__gt", 0), models.Q(("amount_rupiah", 0), ("sen__gt", 0)), _connector="OR"),
            ),
        ),
        migrations.AddConstraint(
            model_name="statementline",
            constraint=models.CheckConstraint(name="statement_line_sen_below_rupiah", condition=models.Q(("sen__lt", 100))),
        ),
    ]

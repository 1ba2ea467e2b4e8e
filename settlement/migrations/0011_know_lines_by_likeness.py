"""Lines are recognised by likeness and count; the bank's own number helps. Lines from before keep the identities they were given."""

from django.db import migrations, models
from django.db.models.functions import Left


class Migration(migrations.Migration):
    dependencies = [("settlement", "0009_add_sen_of_statement_lines")]

    operations = [
        migrations.AddField(
            model_name="statementline",
            name="bank_reference",
            field=models.CharField(blank=True, default="", max_length=100),
        ),
        migrations.AddIndex(
            model_name="statementline",
            index=models.Index(Left("identity", 64), name="statement_line_likeness"),
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("settlement", "0018_give_stored_values_plain_names"),
    ]

    operations = [
        migrations.AlterField(
            model_name="statementline",
            name="decision",
            field=models.CharField(
                blank=True,
                choices=[
                    ("explained", "Explained"),
                    ("held", "Held"),
                    ("pay-in", "Pay In"),
                    ("paid-back", "Paid Back"),
                    ("returned", "Returned"),
                    ("gateway", "Gateway"),
                ],
                default="",
                max_length=9,
            ),
        ),
    ]

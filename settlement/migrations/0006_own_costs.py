"""The federation's own costs have an account, and a line says whether it was misread or withdrawn.

Lines that were explained before are called unbooked: no transfer stands for them.
"""

from django.db import migrations, models

ADD = """
INSERT INTO public.settlement_account (code, kind, village_code, created_at)
SELECT 'own-costs', 'own-costs', '', now() FROM public.settlement_account WHERE code = 'own-cash' ON CONFLICT DO NOTHING
"""
POSITION = """
INSERT INTO public.settlement_position (account, debit_pending_rupiah, debit_posted_rupiah, credit_pending_rupiah, credit_posted_rupiah,
    guest_pending_rupiah)
SELECT 'own-costs', 0, 0, 0, 0, 0 FROM public.settlement_account WHERE code = 'own-costs' ON CONFLICT DO NOTHING
"""
FILL = "UPDATE public.settlement_statementline SET decision = 'unbooked' WHERE decision = 'explained'"


class Migration(migrations.Migration):
    dependencies = [("settlement", "0005_account_of_take_overs")]

    operations = [
        migrations.AlterField(
            "statementline",
            "state",
            models.CharField(
                max_length=9,
                choices=[
                    ("open", "Open"),
                    ("matched", "Matched"),
                    ("suspense", "Suspense"),
                    ("explained", "Explained"),
                    ("withdrawn", "Withdrawn"),
                ],
                default="open",
            ),
        ),
        migrations.AlterField(
            "statementline",
            "decision",
            models.CharField(
                max_length=9,
                choices=[
                    ("explained", "Explained"),
                    ("misread", "Misread"),
                    ("unbooked", "Unbooked"),
                    ("payout", "Payout"),
                    ("held", "Held"),
                    ("pay-in", "Pay In"),
                    ("paid-back", "Paid Back"),
                    ("returned", "Returned"),
                    ("gateway", "Gateway"),
                ],
                blank=True,
                default="",
            ),
        ),
        migrations.RunSQL([ADD, POSITION, FILL], migrations.RunSQL.noop),
    ]

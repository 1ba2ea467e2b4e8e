"""What the federation takes over of villages that left has an account of its own; a market that is open already gets it here."""

from django.db import migrations

ACCOUNT = """
INSERT INTO public.settlement_account (code, kind, village_code, created_at)
SELECT 'taken-over', 'taken-over', '', now() FROM public.settlement_account WHERE code = 'own-cash' ON CONFLICT DO NOTHING
"""
POSITION = """
INSERT INTO public.settlement_position (account, debit_pending_rupiah, debit_posted_rupiah, credit_pending_rupiah, credit_posted_rupiah,
    guest_pending_rupiah)
SELECT code, 0, 0, 0, 0, 0 FROM public.settlement_account WHERE code = 'taken-over' ON CONFLICT DO NOTHING
"""


class Migration(migrations.Migration):
    dependencies = [("settlement", "0004_account_steps_enforce")]

    operations = [migrations.RunSQL([ACCOUNT, POSITION], migrations.RunSQL.noop)]

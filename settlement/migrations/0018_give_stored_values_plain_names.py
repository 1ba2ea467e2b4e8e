"""The activity log calls the snapshot after an objection `cycle.frozen-again`; what is due between the cash accounts is `between-funds`.

The account can be renamed only while nothing was posted to it: transfers name their accounts for ever. Else deleting it is refused.
"""

from django.db import migrations

STATEMENTS = [
    "UPDATE public.tenants_activityentry SET action = 'cycle.frozen-again' WHERE action = 'cycle.frozen-anew'",
    "INSERT INTO public.settlement_account (code, kind, village_code, created_at)"
    " SELECT 'between-funds', 'between-funds', village_code, created_at FROM public.settlement_account WHERE code = 'between-purses'",
    "UPDATE public.settlement_position SET account = 'between-funds' WHERE account = 'between-purses'",
    "DELETE FROM public.settlement_account WHERE code = 'between-purses'",
]


class Migration(migrations.Migration):
    dependencies = [("settlement", "0017_hold_money_at_gateways"), ("tenants", "0006_call_the_activity_log_so")]

    operations = [migrations.RunSQL(STATEMENTS)]

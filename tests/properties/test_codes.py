"""Wherever a shop's code goes, into a schema's name, a payment reference, a CHECK, it comes back as itself or not at all."""

from __future__ import annotations

import re

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from settlement.bank.statement_files import references
from tenants import codes, models, texts
from tests.support import factories

CODES = st.from_regex(r"[0-9]{2}\.[0-9]{2}\.[0-9]{2}\.(?:9[0-9]{3}|[0-9]{4})", fullmatch=True).map(codes.VillageCode)
TEXTS = CODES | st.text(max_size=13) | st.from_regex(r"[0-9٣.]{8,14}", fullmatch=True)


@given(code=CODES, cycle=st.integers(1, 999_999_999), before=st.sampled_from(["", "TRSF ", "setoran "]))
def test_a_code_comes_back_from_schema_and_reference(code, cycle, before):
    assert codes.code_of(codes.schema_of(code)) == codes.from_digits(codes.digits(code)) == code
    reference = references.pay_in(cycle_number=cycle, village_code=code)
    assert references.pay_in_of(reference=reference) == references.PayIn(cycle, code)
    assert references.find(f"{before}{' '.join(reference)} a.n. BUMDes") == [reference]


@given(text=TEXTS)
def test_a_schema_or_a_reference_of_anything_else_is_nobodys(text):
    try:
        code = codes.checked(text=text)
    except codes.BadVillageCode:
        assert (codes.code_of(f"v_{text}") is None) != bool(re.fullmatch("[0-9]{10}", text))
        with pytest.raises(ValueError, match="is not the code"):
            references.pay_in(cycle_number=1, village_code=text)
    else:
        assert code == texts.without_marks(text).strip()


# The column is as long as a code; no text of a database holds the character 0 or half of a surrogate pair.
STORABLE = TEXTS.filter(lambda text: len(text) < 14 and "\x00" not in text and not any("\ud800" <= sign <= "\udfff" for sign in text))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(text=STORABLE)
def test_the_database_takes_what_the_code_takes(market, text):
    """The CHECK of the villages' table and tenants.codes say the same of every text."""
    village = models.Village(code=text, schema_name="v_0000000000", slug="x", name="X", created_at=factories.START)
    refused = ""
    with market.as_owner(), transaction.atomic():
        try:
            with transaction.atomic():
                models.Village.objects.bulk_create([village])
        except IntegrityError as error:
            refused = str(error)
        transaction.set_rollback(True)

    assert bool(refused) != _is_code(text)
    assert not refused or "village_code_is_well_formed" in refused


def _is_code(text: str) -> bool:
    try:
        return codes.checked(text=text) == text
    except codes.BadVillageCode:
        return False


def test_schemas_of_joint_enterprises_are_villages_schemas_to_the_database(market):
    with connection.cursor() as cursor:
        cursor.execute("SELECT 'v_3402159001' ~ %s, 'v_340215900' ~ %s", [f"^{codes.SCHEMA_PATTERN}$"] * 2)
        assert cursor.fetchone() == (True, False)

"""Who may open a page: the role is looked up for the page's village at every request. A leak shows as Melati's failure."""

from __future__ import annotations

import datetime

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.utils import timezone

from marketplace.models import Shop
from tenants import acts, models, villages
from tenants.db import context
from tenants.http import access
from tenants.people import accounts, memberships, permissions
from tests.support import factories
from tests.support.factories import CIBIRU, MELATI, START, SUKAMAJU

# Only what tenants answers for: the pages around it are tested where they live.
MIDDLEWARE = [
    "tenants.http.middleware.RequestLog",
    "tenants.http.middleware.KnownHost",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "tenants.http.middleware.Language",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]


@pytest.fixture
def pages(market):
    for code, name in factories.VILLAGES.items():
        with context.inside(code):
            Shop.objects.update(about=f"canary of {name}")
    with override_settings(ROOT_URLCONF="tests.support.tenants.pages", MIDDLEWARE=MIDDLEWARE, SECURE_SSL_REDIRECT=False):
        yield market


def _client(person=None):
    client = Client(headers={"host": "localhost"})
    if person:
        client.force_login(models.User.objects.get(id=person.id), backend=accounts.BACKEND)
    return client


def test_a_manager_works_in_the_own_village(pages):
    answer = _client(factories.RATNA).get("/desa/sukamaju/kelola/")
    assert answer.content.decode() == f"{SUKAMAJU} Sukamaju ['manager'] canary of Sukamaju"
    assert context.current() is None


@pytest.mark.parametrize("person", [factories.TINI, factories.RATNA, factories.WULAN, factories.OPERATOR])
def test_a_foreigner_gets_404(pages, person):
    client = _client(person)
    for path in ("/desa/cibiru/kelola/", "/desa/cibiru/kelola/7/"):
        answer = client.get(path)
        assert answer.status_code == 404
        assert b"canary" not in answer.content


def test_a_role_that_a_page_does_not_name_gets_404(pages):
    client = _client(factories.UJANG)  # a courier
    assert client.get("/desa/sukamaju/kelola/").status_code == 404
    assert client.get("/desa/sukamaju/kelola/7/").content.decode() == "7 ['courier']"


def test_anonymous_visitors_are_led_to_the_login(pages):
    answer = _client().get("/desa/sukamaju/kelola/?hari=1")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/masuk/?next=/desa/sukamaju/kelola/%3Fhari%3D1"
    assert _client().get("/federasi/").status_code == 302


def test_a_role_that_ends_is_gone_at_the_next_request(pages):
    client = _client(factories.RATNA)
    assert client.get("/desa/sukamaju/kelola/").status_code == 200
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    memberships.end(
        user_id=factories.RATNA.id,
        village_code=SUKAMAJU,
        role="manager",
        until_on=yesterday,
        act=acts.by_command_line(at=START),
    )
    assert client.get("/desa/sukamaju/kelola/").status_code == 404


def test_an_unknown_village_is_404_for_everybody(pages):
    assert _client(factories.RATNA).get("/desa/atlantis/kelola/").status_code == 404
    assert _client().get("/desa/atlantis/").status_code == 404


def test_a_closed_account_is_nobody(pages):
    client = _client(factories.RATNA)
    models.User.objects.filter(id=factories.RATNA.id).update(is_active=False)
    assert client.get("/desa/sukamaju/kelola/").status_code == 302


def test_suspended_keeps_the_back_office_open_and_archived_closes_all(pages):
    villages.suspend(code=SUKAMAJU, act=acts.by_command_line(at=START, reason="x"))
    client = _client(factories.RATNA)
    assert client.get("/desa/sukamaju/kelola/").status_code == 200
    assert client.get("/desa/sukamaju/").content.decode() == "suspended canary of Sukamaju"
    with pages.as_owner():
        villages.archive(code=SUKAMAJU, act=acts.by_command_line(at=START + villages.SEEN_EVERYWHERE_AFTER, reason="x"))
    assert client.get("/desa/sukamaju/").status_code == 404
    for path in ("/desa/sukamaju/kelola/", "/desa/sukamaju/kelola/7/"):
        for ask in (client.get, client.post):
            with pytest.raises(access.OfficeClosed, match="Desa Sukamaju sudah keluar dari federasi: tokonya tutup sejak 1 Juni 2026"):
                ask(path)
        assert _client(factories.TINI).get(path).status_code == 404
        assert _client(factories.OPERATOR).get(path).status_code == 404
        assert _client().get(path).status_code == 302


def test_what_is_rendered_or_streamed_late_is_still_of_the_village(pages):
    client = _client()
    assert b"".join(client.get("/desa/cibiru/mengalir/").streaming_content) == b"canary of Cibiru" * 3
    assert client.get("/desa/cibiru/nanti/").content == b"canary of Cibiru"
    assert context.current() is None


def test_the_desk_is_for_the_federations_roles(pages):
    assert _client(factories.AUDITOR).get("/federasi/").content.decode() == "None ['auditor']"
    for person in (factories.OPERATOR, factories.RATNA, factories.TINI):
        assert _client(person).get("/federasi/").status_code == 404


def test_routing_a_shop_page_costs_one_switch_and_no_other_statement(pages, django_queries):
    client = _client()
    client.get("/desa/cibiru/")
    with django_queries() as said:
        client.get("/desa/sukamaju/")
    assert [query["sql"][:6] for query in said] == ["SET se", "SELECT"]


def test_the_schema_of_the_connection_is_public_after_any_page(pages):
    client = _client(factories.SARI)
    for path in ("/desa/cibiru/kelola/", "/desa/melati/kelola/", "/desa/melati/"):
        client.get(path)
        assert connection.schema_name == "public"
    assert permissions.principal(account_id=factories.SARI.id, on=START.date()).roles_at(MELATI) == frozenset()
    assert permissions.principal(account_id=factories.SARI.id, on=START.date()).roles_at(CIBIRU) == {"manager"}

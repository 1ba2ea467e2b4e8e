"""Melati's manager and the back offices of the others: none of their pages exists for her, whatever she asks or sends."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client

from tenants import codes, models
from tests.support import factories
from tests.system.isolation import paths, ten

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("isolation")]  # one worker settles the land

# What a form of any page may carry: enough for each to be taken seriously.
TYPED = {
    "step": "accept",
    "form_state": "placed",
    "reason": "iseng",
    "form_key": "0" * 32,
    "amount_rupiah": "10000",
    "quantity": "1",
    "pieces": "1",
    "name": "Iseng",
    "kind": "umkm",
    "version": "1",
    "bumdes_name": "Iseng",
    "address": "Iseng",
    "hours": "Iseng",
}
FOREIGN = (factories.SUKAMAJU, factories.CIBIRU)


@pytest.fixture
def stranger(land):
    client = Client(headers={"host": "localhost"})
    client.force_login(models.User.objects.get(id=factories.TINI.id))
    return client


@pytest.fixture
def targets(land) -> dict[str, dict[str, object]]:
    """What the pages of Sukamaju and Cibiru are about, by slug: things that are really there."""
    return {"sukamaju": land.sukamaju, "cibiru": land.of(factories.CIBIRU).things}


def both(client, path) -> dict[str, int]:
    """What looking and sending are answered."""
    answers = {"GET": client.get(path), "POST": client.post(path, TYPED)}
    for answer in answers.values():
        own = {ten.word(factories.MELATI)} | ten.secrets(factories.MELATI)
        assert ten.heard(answer.content.decode()) <= own, path
    return {method: answer.status_code for method, answer in answers.items()}


def content_of(village_codes) -> str:
    """A digest of every row of these villages' schemas and of the shared tables that a back office writes."""
    schemas = [codes.schema_of(code) for code in village_codes]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT schemaname, tablename FROM pg_tables WHERE schemaname = ANY(%s)"
            " OR (schemaname = 'public' AND tablename ~ '^(federation|settlement)_') ORDER BY 1, 2",
            [schemas],
        )
        tables = cursor.fetchall()
        digests = []
        for schema, table in tables:
            place = f"{connection.ops.quote_name(schema)}.{connection.ops.quote_name(table)}"
            cursor.execute(f"SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {place} t")  # noqa: S608 - quoted names
            digests.append((schema, table, cursor.fetchone()[0]))
    return str(digests)


def test_every_page_of_a_foreign_back_office_is_404(stranger, targets):
    routes = paths.below(paths.OFFICE)
    assert len(routes) > 20
    before = content_of(FOREIGN)

    answers = {(slug, route.name): both(stranger, route.path(slug, things)) for slug, things in targets.items() for route in routes}

    assert {key: got for key, got in answers.items() if set(got.values()) != {404}} == {}
    assert content_of(FOREIGN) == before


@pytest.mark.parametrize("owner", ["sukamaju", "cibiru"])
def test_foreign_things_do_not_exist_in_the_own_back_office(stranger, targets, owner):
    """Her own pages with ids that she may have seen somewhere: of another village's order, product, payment."""
    things = targets[owner]
    shared = {"number", "cycle"}  # every village has a receipt 1, and its own statement of cycle 1
    routes = [route for route in paths.below(paths.OFFICE) if set(route.places) - shared]
    before = content_of([*FOREIGN, factories.MELATI])

    answers = {route.name: both(stranger, route.path("melati", things)) for route in routes}

    # Whatever ids they name: a look at an action's address leads to the page above it, and a page takes no forms.
    allowed = ({404}, {404, 302}, {404, 405})
    assert {name: got for name, got in answers.items() if set(got.values()) not in allowed} == {}
    assert content_of([*FOREIGN, factories.MELATI]) == before


def test_the_federations_desk_is_404_for_a_village(stranger):
    routes = paths.below("federasi/")
    assert len(routes) > 10

    answers = {route.name: both(stranger, route.at(paths.DESK)) for route in routes}

    assert {name: got for name, got in answers.items() if set(got.values()) != {404}} == {}


def test_nobody_who_is_not_logged_in_sees_a_back_office(targets):
    guest = Client(headers={"host": "localhost"})
    for slug, things in targets.items():
        for route in paths.below(paths.OFFICE):
            path = route.path(slug, things)
            for answer in (guest.get(path), guest.post(path, TYPED)):
                assert answer.status_code == 302
                assert answer["Location"].startswith("/masuk/?next=")


def test_the_own_manager_does_get_in(targets):
    """The paths above are real ones: for the village's own manager each of them is a page, or takes forms only."""
    for slug, person in (("sukamaju", factories.RATNA), ("cibiru", factories.SARI)):
        client = Client(headers={"host": "localhost"})
        client.force_login(models.User.objects.get(id=person.id))

        answers = {route.name: client.get(route.path(slug, targets[slug])).status_code for route in paths.below(paths.OFFICE)}

        assert {name: status for name, status in answers.items() if status not in (200, 302, 303)} == {}
        assert sum(status == 200 for status in answers.values()) > 14

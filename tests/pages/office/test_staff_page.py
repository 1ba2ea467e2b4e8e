"""Orang: the manager sees who works here and what each role may do; nobody else does."""

from __future__ import annotations

import pytest

from tests.support import desks, factories

pytestmark = pytest.mark.usefixtures("market")


def test_the_manager_sees_people_and_what_their_roles_may_do() -> None:
    page = desks.browser(factories.SARI).get(desks.path("office-staff")).content.decode()

    assert "Sari" in page
    assert "Menerima uang tunai dari pembeli" in page
    assert factories.RATNA.name not in page  # another village's manager
    assert factories.SARI.phone not in page


@pytest.mark.parametrize("person", [factories.RATNA, factories.OPERATOR])
def test_nobody_else_does(person: factories.Person) -> None:
    assert desks.browser(person).get(desks.path("office-staff")).status_code == 404

"""What every use case is told: it cannot change on its way, and a machine needs neither form nor reason."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime

import pytest

from tenants.acts import Act
from tenants.people import permissions

AT = datetime(2020, 8, 31, tzinfo=UTC)


def test_an_act_without_a_form_has_neither_key_nor_reason():
    act = Act(by=permissions.COMMAND_LINE, at=AT)
    assert (act.key, act.reason) == ("", "")


def test_an_act_stays_what_it_was():
    act = Act(by=permissions.COMMAND_LINE, at=AT, key="k-1", reason="Rapat")
    with pytest.raises(dataclasses.FrozenInstanceError):
        act.key = "k-2"
    assert act == Act(by=permissions.COMMAND_LINE, at=AT, key="k-1", reason="Rapat")

"""What every use case is told: it cannot change on its way, and a machine needs neither form nor reason."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime

import pytest

from tenants import acts, reasons
from tenants.acts import Act
from tenants.codes import FEDERATION
from tenants.errors import DomainError, Kind
from tenants.people import permissions


class WhyMissing(DomainError):
    kind = Kind.INVALID
    code = "why-missing"


AT = datetime(2020, 8, 31, tzinfo=UTC)


def test_an_act_without_a_form_has_neither_key_nor_reason():
    act = Act(by=permissions.COMMAND_LINE, at=AT)
    assert (act.key, act.reason) == ("", "")


def test_an_act_stays_what_it_was():
    act = Act(by=permissions.COMMAND_LINE, at=AT, key="k-1", reason="Rapat")
    with pytest.raises(dataclasses.FrozenInstanceError):
        act.key = "k-2"
    assert act == Act(by=permissions.COMMAND_LINE, at=AT, key="k-1", reason="Rapat")


def test_the_market_itself_holds_no_permission():
    assert acts.by_system(at=AT) == Act(by=permissions.SYSTEM, at=AT)
    assert not permissions.held(acts.by_system(at=AT).by, FEDERATION)


def test_a_reason_is_kept_whole_or_refused():
    act = acts.by_command_line(at=AT, reason=" Rapat \n desa ")
    assert act.with_kept_reason() == act.with_given_reason(missing=WhyMissing()) == acts.by_command_line(at=AT, reason="Rapat desa")
    assert acts.by_system(at=AT).with_kept_reason().reason == ""
    with pytest.raises(WhyMissing):
        acts.by_system(at=AT, reason=" ").with_given_reason(missing=WhyMissing())
    said = dataclasses.replace(act, reason="a" * 301)
    with pytest.raises(reasons.TooLong):
        said.with_kept_reason()
    with pytest.raises(reasons.TooLong):
        said.with_given_reason(missing=WhyMissing())

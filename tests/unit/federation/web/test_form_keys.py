"""What a form tells the use case that it calls."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import RequestFactory
from django.utils import timezone

from federation.web import form_keys
from tenants.people.permissions import Principal


@pytest.fixture
def sent():
    def make(**fields):
        request = RequestFactory().post("/", fields)
        request.principal = Principal(account_id=uuid4())
        return request

    return make


def test_a_form_says_who_sends_it_when_by_which_key_and_why(sent):
    request, before_at = sent(form_key="k-1"), timezone.now()
    act = form_keys.act(request=request, reason="Salah hitung")
    assert (act.by, act.key, act.reason) == (request.principal, "k-1", "Salah hitung")
    assert before_at <= act.at <= timezone.now()


def test_a_form_made_by_hand_gets_a_key_of_its_own(sent):
    keys = {form_keys.act(request=sent()).key for _ in range(3)}
    assert len(keys) == 3
    assert "" not in keys

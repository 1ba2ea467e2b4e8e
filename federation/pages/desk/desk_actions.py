"""What the desk's actions share: each is a view of its own under the page that leads to it, does one thing, and leads on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.http import HttpResponse, QueryDict
from django.urls import reverse

from federation.pages.desk import desk_layout
from federation.web import form_keys
from tenants.errors import DomainError


@dataclass(frozen=True)
class Result:
    """What became of an action: done, refused by a rule, or neither, while its form is still to be filled in."""

    done: bool = False
    refusal: DomainError | None = None


def sent(request: desk_layout.Request) -> QueryDict | None:
    """What was sent with a form; None while it is only looked at."""
    return request.POST if request.method == "POST" else None


def run(call: Callable[[], object], *, form: forms.Form | None = None) -> Result:
    """Do what was sent, unless its form is only looked at or cannot be read."""
    if form is not None and not (form.is_bound and form.is_valid()):
        return Result()
    try:
        call()
    except DomainError as error:
        return Result(refusal=error)
    return Result(done=True)


def done(outcome: str, name: str, *args: object, **query: object) -> HttpResponse:
    """After an action: to the page that shows what became of it. `outcome`: a key of desk_outcomes.OUTCOMES, or empty."""
    return form_keys.done(address=reverse(name, args=args), outcome=outcome, query=query)

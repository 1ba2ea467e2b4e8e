"""What cannot be undone is asked about once, with its figures, before it is done: one way for every page, without script.

The question is a page that carries the form along, under the same key: however often its button is tapped, it counts once.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest

ANSWER = "yakin"
_OWN_FIELDS = {ANSWER, "form_key", "csrfmiddlewaretoken"}  # the question's page has them of its own


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is about to be done for good. Other `figures` (label, words) are another question; `moving` ones never rest."""

    title: str
    figures: Sequence[tuple[str, str]]
    moving: Sequence[tuple[str, str]] = ()
    warning: str
    button: str


def is_answered(*, request: HttpRequest, question: Question | None) -> bool:
    """Whether just this was asked, and the answer was yes. None: there is nothing to ask, and the rule itself says what it thinks of it."""
    return question is None or request.POST.get(ANSWER) == _fingerprint(question)


def page(*, request: HttpRequest, question: Question, back: str) -> dict[str, object]:
    """What `parts/question.html` shows; `back`: the page that leads here."""
    carried = [(name, value) for name, values in request.POST.lists() if name not in _OWN_FIELDS for value in values]
    return {"question": question, "carried": carried, "answer": _fingerprint(question), "back": back}


def _fingerprint(question: Question) -> str:
    return hashlib.sha256(json.dumps([question.title, *question.figures]).encode()).hexdigest()[:32]

"""What villages object to in a cycle, and the operator's answers; a part of the cycle's page."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms
from django.utils.translation import gettext_lazy

from federation.members import party_names
from federation.pages.desk import desk_layout
from settlement.reports import proposals
from tenants import reasons


class Answer(forms.Form):
    """What the federation answers a village."""

    answer = forms.CharField(
        label=gettext_lazy("Jawaban untuk desa"),
        max_length=reasons.LENGTH_MAX,
        error_messages={"required": gettext_lazy("Tulis alasannya, supaya desa lain dan federasi mengerti.")},
    )


@dataclass(frozen=True)
class Case:
    """An objection with its names and, for who may answer it, a form."""

    objection: proposals.Objection
    village: str
    debtor: str
    creditor: str
    form: forms.Form | None


def cases(request: desk_layout.Request, *, number: int, sent: forms.Form | None) -> list[Case]:
    """The objections of a cycle. `sent`: a form that was refused; it stays with the objection that it answers."""
    names, may_answer = party_names.of_parties(), desk_layout.OPERATOR in request.roles
    found = []
    for one in proposals.objections(number=number):
        form: forms.Form | None = None
        if may_answer and not one.is_answered:
            typed = sent is not None and request.POST.get("objection") == str(one.id)
            form = sent if typed else Answer(auto_id=f"id_{one.id.hex}_%s")
        village, debtor, creditor = (names.get(code, code) for code in (one.village_code, one.debtor, one.creditor))
        found.append(Case(one, village, debtor, creditor, form))
    return found

"""What decides who pays, who gets the money and by which way is never chosen beforehand: a person chooses it."""

from __future__ import annotations

import pytest
from django import forms, urls

from federation.web.form_fields import Undecided

# Lists and buttons that begin with an answer, and why that moves no money.
HARMLESS = {
    ("Register", "home_village"): "outside the federation: it only spares a choice at the checkout, which is asked there again",
    ("Product", "category"): "where the goods are found in the market; prices, fees and shares are the same in all",
    ("Consignor", "kind"): "what is written beside the name; the share is written in a field of its own",
    ("Import", "kind"): "how the file is read; a table is no XML, and the other way round, so that a wrong answer is refused",
}


def all_forms(base: type[forms.BaseForm] = forms.Form) -> list[type[forms.BaseForm]]:
    """Every form of ours that some page shows."""
    urls.get_resolver().url_patterns  # noqa: B018 - loads all pages
    ours = [
        each for each in base.__subclasses__() if each.__module__.partition(".")[0] in ("federation", "marketplace", "deploy", "tenants")
    ]
    return [*ours, *(form for each in ours for form in all_forms(each))]


def offered(kind: type[forms.Widget]) -> list[tuple[str, str, forms.Field]]:
    """The fields that are answered by such a widget, with their form's and own name."""
    return [
        (form.__name__, name, field)
        for form in all_forms()
        for name, field in form.base_fields.items()
        if isinstance(field.widget, kind) and not any((parent.__name__, name) in HARMLESS for parent in form.__mro__)
    ]


def test_no_list_begins_with_an_answer() -> None:
    lists = offered(forms.Select)
    assert len(lists) >= 8
    decided = [(form, name) for form, name, field in lists if field.initial or not isinstance(field.widget, (Undecided, forms.RadioSelect))]
    assert decided == []


def test_no_button_is_pressed_beforehand() -> None:
    buttons = offered(forms.RadioSelect)
    assert len(buttons) >= 3
    assert [(form, name) for form, name, field in buttons if field.initial] == []


@pytest.mark.parametrize("sent", [None, {}, {"bank": ""}])
def test_an_undecided_list_begins_empty_and_empty_is_no_answer(sent) -> None:
    class Form(forms.Form):
        bank = forms.ChoiceField(choices=[("014", "BCA"), ("002", "BRI")], widget=Undecided)

    form = Form(sent)

    assert '<option value="" selected' in str(form["bank"])
    assert str(form["bank"]).count("selected") == 1
    assert " required" in str(form["bank"])
    assert not form.is_valid()


def test_what_was_chosen_stays_chosen() -> None:
    class Form(forms.Form):
        bank = forms.ChoiceField(choices=[("014", "BCA"), ("002", "BRI")], widget=Undecided)

    form = Form({"bank": "002"})

    assert form.is_valid()
    assert '<option value="002" selected' in str(form["bank"])

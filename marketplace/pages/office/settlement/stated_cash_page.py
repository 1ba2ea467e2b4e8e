"""Uang tunai sejak cadangan: after a restore the village says what settlement cash it handed over and received, before it is paid again."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from federation.web import form_fields, form_keys
from marketplace.pages.office import office_layout
from settlement.after_restore import hold_overview, stated_cash
from tenants.errors import DomainError
from tenants.http import access
from tenants.people.permissions import Permission


class Cash(forms.Form):
    """Two figures; nothing is an answer only when 0 is written."""

    handed_over_rupiah = form_fields.Rupiah(
        label=gettext_lazy("Uang tunai putaran yang desa serahkan (rupiah)"),
        help_text=gettext_lazy("Kepada federasi, atau langsung kepada desa lain. Tulis 0 kalau tidak ada."),
        error_messages={"required": gettext_lazy("Isi jumlahnya, atau 0.")},
    )
    received_rupiah = form_fields.Rupiah(
        label=gettext_lazy("Uang tunai putaran yang desa terima (rupiah)"),
        help_text=gettext_lazy("Dari federasi, atau langsung dari desa lain. Tulis 0 kalau tidak ada."),
        error_messages={"required": gettext_lazy("Isi jumlahnya, atau 0.")},
    )


@access.village_page(Permission.CONFIRM_CASH_PAYMENTS)
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: office_layout.Request) -> HttpResponse:
    """State it; somebody of the federation confirms it."""
    asked = hold_overview.asked_of(village_code=request.village.code)
    form = Cash(office_layout.sent(request))
    refusal: DomainError | None = None
    if request.method == "POST" and form.is_valid():
        try:
            stated_cash.state(village_code=request.village.code, act=form_keys.act(request=request), **form.cleaned_data)
        except DomainError as error:
            refusal = error
        else:
            return office_layout.done(request, "cash_stated", "office-stated-cash")
    context = {"asked": asked, "form": form, "refusal": refusal}
    return office_layout.page(request, "office/cycles/stated_cash.html", context, tab="more")

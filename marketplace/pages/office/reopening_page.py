"""Buka toko lagi: after a restore, what the shop has is counted and what its counter paid is stated, before anything is sold."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from federation.labels import figures
from federation.pages import second_factor_forms
from federation.web import confirmation, form_fields, form_keys
from marketplace import reopening
from marketplace.goods import products, stock_take
from marketplace.pages.office import goods_fields, office_layout
from tenants import reasons
from tenants.errors import DomainError
from tenants.http import access
from tenants.people import second_factor
from tenants.people.permissions import Permission

GOODS_A_PAGE = 50


class Statement(forms.Form):
    """What the manager says beside the ticks."""

    lost_orders_rupiah = form_fields.Rupiah(
        label=gettext_lazy("Rupiah yang dikembalikan loket untuk pesanan yang tidak ada lagi di buku"),
        help_text=gettext_lazy("Lihat kuitansi dan catatan kertas sejak waktu cadangan. Tulis 0 kalau tidak ada."),
        error_messages={"required": gettext_lazy("Tulis jumlahnya. Tulis 0 kalau tidak ada.")},
    )
    reason = form_fields.Text(
        label=gettext_lazy("Catatan: uang itu untuk siapa, pesanan apa"),
        max_length=reasons.LENGTH_MAX,
        required=False,
        help_text=gettext_lazy("Wajib kalau jumlah di atas bukan 0."),
    )
    stock_looked_at = forms.BooleanField(
        label=gettext_lazy("Saya sudah melihat stok semua barang, dan yang berbeda sudah saya catat"),
        error_messages={"required": gettext_lazy("Lihat dulu stok barangnya, lalu centang.")},
    )


class Counts(forms.Form):
    """The counted pieces of a page of goods; empty: as the books say. The stock that the page showed goes with each."""

    def __init__(self, goods: Sequence[products.ProductRow], *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.goods = goods
        for row in goods:
            field = goods_fields.Pieces(label=row.name, min_value=0, max_value=products.STOCK_MAX, required=False)
            field.widget.attrs["class"] = "amount"
            self.fields[f"counted_{row.id}"] = field
            self.fields[f"seen_{row.id}"] = form_fields.ExpectedRupiah(required=False)  # in pieces

    def rows(self) -> list[tuple[products.ProductRow, Any]]:
        """Each good with the field of its count."""
        return [(row, self[f"counted_{row.id}"]) for row in self.goods]

    def counts(self) -> dict[uuid.UUID, stock_take.Count]:
        """What was written, by good."""
        values = self.cleaned_data
        found = {row.id: (values.get(f"counted_{row.id}"), values.get(f"seen_{row.id}")) for row in self.goods}
        return {
            product_id: stock_take.Count(seen_on_hand=form_fields.ExpectedRupiah.NEVER_DUE if seen is None else seen, counted=counted)
            for product_id, (counted, seen) in found.items()
            if counted is not None
        }


class StatementWithCode(second_factor_forms.Code, Statement):
    """The same of a manager who has one-time codes, with the code of this moment."""

    field_order = ("lost_orders_rupiah", "reason", "stock_looked_at", "code")


@sensitive_post_parameters("code")
@access.village_page(Permission.SEE_CASH, Permission.SEE_GOODS)
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: office_layout.Request) -> HttpResponse:
    """What is held and why, the money that waits at the counter, and the manager's statement; who may not release reads it.

    A one-time code answers for the question that others are asked.
    """
    found = reopening.sheet(village_code=request.village.code)
    has_codes = second_factor.active(user_id=request.user.pk) is not None
    form = (StatementWithCode if has_codes else Statement)(office_layout.sent(request))
    refusal: DomainError | None = None
    if request.method == "POST" and form.is_valid():
        statement = reopening.Statement(
            stock_looked_at=form.cleaned_data["stock_looked_at"],
            paid=_ticked(request),
            lost_orders_rupiah=form.cleaned_data["lost_orders_rupiah"],
        )
        asks = not has_codes and office_layout.may(request, Permission.RELEASE_TRADE)
        question = _question(found, statement) if found is not None and asks and request.POST.get("seen") == found.mark else None
        if question is not None and not confirmation.is_answered(request=request, question=question):
            return office_layout.ask(request, question, back=office_layout.address(request, "office-reopening"), tab="more")
        try:
            reopening.reopen_with_code(
                village_code=request.village.code,
                statement=statement,
                seen=request.POST.get("seen", ""),
                code=form.cleaned_data.get("code", ""),
                act=form_keys.act(request=request, reason=form.cleaned_data["reason"]),
            )
        except DomainError as error:
            refusal = error
        else:
            return office_layout.done(request, "reopened", "office-orders")
    ticked = _ticked(request)
    context = {
        "sheet": found,
        "waiting": [(row, row.id in ticked) for row in found.waiting] if found is not None else [],
        "form": form,
        "refusal": refusal,
    }
    return office_layout.page(request, "office/reopening.html", context, tab="more")


def _ticked(request: office_layout.Request) -> frozenset[uuid.UUID]:
    """The money that was ticked as paid before; what is no id was made by hand."""
    read = (form_fields.read(forms.UUIDField(), value) for value in request.POST.getlist("paid"))
    return frozenset(found for found in read if found is not None)


def _question(found: reopening.Sheet, statement: reopening.Statement) -> confirmation.Question:
    paid = [row for row in found.waiting if row.id in statement.paid]
    return confirmation.Question(
        title=_("Buka toko lagi?"),
        figures=[
            (_("Uang kembali yang sudah dibayar sebelum pemulihan"), figures.rupiah(sum(row.amount_rupiah for row in paid))),
            (_("Kode belanja"), ", ".join(f"{row.code} ({figures.rupiah(row.amount_rupiah)})" for row in paid) or "–"),
            (_("Untuk pesanan yang tidak ada lagi di buku"), figures.rupiah(statement.lost_orders_rupiah)),
        ],
        warning=_("Yang dicentang tidak akan dibayar lagi. Pernyataan ini dicatat atas nama Anda dan tidak bisa dihapus."),
        button=_("Ya, buka toko"),
    )


@access.village_page(Permission.CHANGE_STOCK)
@require_http_methods(["GET", "HEAD", "POST"])
def count(request: office_layout.Request) -> HttpResponse:
    """A page of all goods by name: what the books know, and a field for what is on the shelf. Saved, it goes on to the next."""
    after = request.GET.get("sesudah", "")
    page = products.page(after=after, limit=GOODS_A_PAGE)
    form = Counts(page.rows, office_layout.sent(request))
    refusal: DomainError | None = None
    if request.method == "POST" and form.is_valid():
        reason = _("Dihitung sesudah data pasar dipulihkan")
        try:
            stock_take.count(counts=form.counts(), act=form_keys.act(request=request, reason=reason))
        except DomainError as error:
            refusal = error
        else:
            name, asked = ("office-reopening-count", {"sesudah": page.after}) if page.after else ("office-reopening", {})
            return office_layout.done(request, "counted", name, **asked)
    if form.is_bound:  # shown again: what is sent from here was written beside today's stock
        seen = {f"seen_{row.id}": str(row.on_hand) for row in page.rows}
        form.data = {**{name: form.data.get(name, "") for name in form.fields}, **seen}
    context = {"page": page, "after": after, "rows": form.rows(), "form": form, "refusal": refusal}
    return office_layout.page(request, "office/reopening_count.html", context, tab="products")

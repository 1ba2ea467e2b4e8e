"""Taking in a bank's statement: camt.053, or a table with what its columns are called."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from federation.members import party_names
from federation.pages.desk import desk_actions, desk_layout, desk_tabs
from federation.web import form_fields, form_keys
from settlement.bank import bank_accounts
from settlement.bank.statement_files import statement_problems
from settlement.reports import payment_overview
from settlement.statement_lines import import_withdrawal, matching
from tenants import codes
from tenants.errors import DomainError
from tenants.http import access
from tenants.people.permissions import Permission


class Import(forms.Form):
    """A statement's file, and for a table what its columns are called."""

    file = forms.FileField(
        label=gettext_lazy("Berkas rekening koran"),
        error_messages={
            "required": gettext_lazy("Pilih berkas rekening koran dari bank."),
            "empty": gettext_lazy("Berkas itu kosong. Unduh lagi dari bank."),
        },
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Bentuknya"),
        choices=(("camt", gettext_lazy("camt.053 (XML)")), ("csv", gettext_lazy("Tabel (CSV), kolomnya seperti di bawah"))),
        widget=forms.RadioSelect,
    )
    covers_from_on = forms.DateField(
        label=gettext_lazy("Hari pertama yang dimuat berkas itu"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=gettext_lazy("Perlu sesudah pemulihan, juga untuk hari tanpa transaksi. Kosongkan kalau berkasnya menyebutnya sendiri."),
    )
    covers_until_on = forms.DateField(
        label=gettext_lazy("Hari terakhir yang dimuat berkas itu"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def covers(self) -> tuple[date, date] | None:
        """The days that the person says the file shows."""
        since, until = self.cleaned_data["covers_from_on"], self.cleaned_data["covers_until_on"]
        return (since, until) if since and until else None


_COLUMNS: tuple[tuple[str, object, object], ...] = (
    ("tanggal", gettext_lazy("Kolom tanggal"), ""),
    ("format_tanggal", gettext_lazy("Bentuk tanggal"), gettext_lazy("Misalnya dd/mm/yyyy atau dd mmm yyyy.")),
    ("keterangan", gettext_lazy("Kolom keterangan"), ""),
    ("debit", gettext_lazy("Kolom uang keluar (debit)"), ""),
    ("kredit", gettext_lazy("Kolom uang masuk (kredit)"), gettext_lazy("Kosongkan debit dan kredit kalau bank memakai satu kolom jumlah.")),
    ("jumlah", gettext_lazy("Kolom jumlah"), ""),
    ("arah", gettext_lazy("Kolom arah (CR/DB)"), ""),
    ("saldo", gettext_lazy("Kolom saldo"), gettext_lazy("Kalau diisi, saldo setiap baris ikut diperiksa.")),
    ("referensi", gettext_lazy("Kolom nomor bank"), ""),
    ("angka", gettext_lazy("Bentuk angka"), gettext_lazy("1.234,00 atau 1,234.00; boleh kosong.")),
    ("lewati", gettext_lazy("Baris yang dilewati"), gettext_lazy("Awal barisnya, dipisah |, misalnya: Saldo awal|Mutasi.")),
)


class Columns(forms.Form):
    """What the bank calls the columns of its table; the reader says what does not fit."""

    def __init__(self, *args: Any, numbers: Sequence[str], **rest: Any) -> None:
        super().__init__(*args, **rest)
        self._numbers = numbers
        if len(numbers) > 1:  # the table itself does not say
            self.fields["rekening"] = forms.ChoiceField(
                label=gettext_lazy("Rekening tabel itu"),
                choices=[(number, number) for number in numbers],
                required=False,
                widget=form_fields.Undecided,
            )
            self.initial = {name: value for name, value in (self.initial or {}).items() if name != "rekening"}
        for name, label, hint in _COLUMNS:
            self.fields[name] = forms.CharField(label=label, max_length=60, required=False, help_text=hint)  # type: ignore[arg-type]

    def names_account(self) -> bool:
        """Whether it is known of which of the federation's accounts the table is; else the form says that it must be chosen."""
        if len(self._numbers) > 1 and not self.cleaned_data["rekening"]:
            self.add_error("rekening", _("Pilih rekening federasi yang tabelnya Anda unduh dari bank."))
            return False
        return True

    def mapping(self) -> dict[str, str]:
        """The columns as the reader takes them, for a table of one of the federation's accounts."""
        named = {name: value for name, value in self.cleaned_data.items() if value}
        return {"rekening": next(iter(self._numbers), ""), **named}


@access.federation_page(Permission.DECIDE_STATEMENT_LINES)
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: desk_layout.Request) -> HttpResponse:
    """Take in a statement. Without an account of the federation's own there is none to take in, and the page leads to it."""
    sent = desk_actions.sent(request)
    own = bank_accounts.own_accounts(at=timezone.now())
    form = Import(sent, request.FILES if sent is not None else None, initial={"kind": "camt"})
    columns = Columns(sent, numbers=[account.number for account in own], initial=bank_accounts.mapping_of(party=codes.FEDERATION))
    refusal: DomainError | None = None
    valid = sent is not None and all([form.is_valid(), columns.is_valid()])  # each says what is wrong with it
    if valid and (form.cleaned_data["kind"] != "csv" or columns.names_account()):
        upload = form.cleaned_data["file"]
        mapping = columns.mapping() if form.cleaned_data["kind"] == "csv" else None
        try:
            done = matching.import_statement(
                contents=upload.read(),
                file=upload.name,
                mapping=mapping,
                whole_sha256=request.POST.get("whole", ""),
                covers=form.covers(),
                act=form_keys.act(request=request),
            )
        except DomainError as why:
            refusal = why
        else:
            return desk_actions.done("", "desk-bank-statements", baru=done.new, cocok=done.matched, lama=done.known)
    unreadable = sent is not None and bool(form.errors or columns.errors)
    context = {
        "form": form,
        "columns": columns,
        "sent": sent is not None,
        "own": own[0] if own else None,
        "perhaps_cut_sha256": refusal.sha256 if isinstance(refusal, statement_problems.PerhapsCutOff) else "",
        "tabs": desk_tabs.of_settlement(current="desk-bank-statements"),
    }
    status = 422 if unreadable else 0
    return desk_layout.page(request, "desk/bank/statement_import.html", context, tab="cycles", status=status, refusal=refusal)


class Reason(forms.Form):
    """Why an import is taken back."""

    reason = form_fields.Reason(help_text=gettext_lazy("Pemeriksa akan membacanya, misalnya: kolom debit dan kredit tertukar."))


@access.federation_page(Permission.DECIDE_STATEMENT_LINES)
@require_http_methods(["GET", "HEAD", "POST"])
def take_back(request: desk_layout.Request, statement_id: uuid.UUID) -> HttpResponse:
    """Withdraw the lines of one import, which can then be taken in again rightly."""
    form = Reason(desk_actions.sent(request))
    result = desk_actions.run(
        lambda: import_withdrawal.take_back(
            statement_id=statement_id, act=form_keys.act(request=request, reason=form.cleaned_data["reason"])
        ),
        form=form,
    )
    if result.done:
        return desk_actions.done("import_taken_back", "desk-bank-statements")
    taken = payment_overview.one_import(statement_id=statement_id)
    if taken is None:
        raise Http404
    context = {"taken": taken, "form": form, "tabs": desk_tabs.of_settlement(current="desk-bank-statements")}
    return desk_layout.page(request, "desk/bank/statement_take_back.html", context, tab="cycles", refusal=_named(result.refusal))


def _named(refusal: DomainError | None) -> DomainError | None:
    """A refusal about a village's pay-in, with its name."""
    if not isinstance(refusal, import_withdrawal.PaidOnAlready):
        return refusal
    village = str(refusal.values["village"])
    return import_withdrawal.PaidOnAlready(**{**refusal.values, "village": party_names.of_parties().get(village, village)})

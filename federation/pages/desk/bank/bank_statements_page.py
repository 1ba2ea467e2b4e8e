"""Rekening koran: the bank's statements are taken in here, and what no reference explains is decided by a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods

from federation.labels import payment_labels as payment_words
from federation.pages.desk import desk_actions, desk_layout
from federation.pages.desk.bank import statement_lines_part
from federation.pages.desk.settlement import cycles_page
from federation.web import csv_export
from settlement.bank import bank_accounts
from settlement.payments import matching
from settlement.reports import payment_overview
from tenants import codes
from tenants.errors import DomainError
from tenants.http import access
from tenants.people import accounts

DEEDS = dict.fromkeys(("import", *statement_lines_part.DEEDS), desk_layout.OPERATOR)
EXPORTED_MAX = 1_000_000
STATES = {
    "open": (gettext_lazy("Menunggu diputuskan"), ""),
    "suspense": (gettext_lazy("Disimpan, belum jelas"), ""),
    "matched": (gettext_lazy("Cocok"), "ok"),
    "explained": (gettext_lazy("Dijelaskan"), "ok"),
}


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


_WORDS: tuple[tuple[str, object, object], ...] = (
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

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        for name, label, hint in _WORDS:
            self.fields[name] = forms.CharField(label=label, max_length=60, required=False, help_text=hint)  # type: ignore[arg-type]

    def mapping(self, *, account: str) -> dict[str, str]:
        """The columns as the reader takes them, for a table of the federation's own account."""
        said = {name: value for name, value in self.cleaned_data.items() if value}
        return {"rekening": account, **said}


@dataclass(frozen=True)
class Outcome:
    """What an import did."""

    new: int
    matched: int
    known: int

    def __str__(self) -> str:
        """In words."""
        if not self.new:
            return _("Tidak ada baris baru: semua %(known)s baris sudah pernah dimasukkan.") % {"known": self.known}
        said = ngettext(
            "%(new)s baris baru dimasukkan, %(matched)s langsung cocok.",
            "%(new)s baris baru dimasukkan, %(matched)s langsung cocok.",
            self.new,
        )
        said %= {"new": self.new, "matched": self.matched}
        return said + " " + _("%(known)s baris sudah pernah dimasukkan.") % {"known": self.known} if self.known else said


@access.federation_page(*desk_layout.EVERYONE)
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: desk_layout.Request) -> HttpResponse:
    """The lines that wait for a person; the operator takes in statements and decides."""
    at = timezone.now()
    deed = desk_actions.named(request, DEEDS)
    sent = statement_lines_part.sent(request, deed)
    form = Import(request.POST, request.FILES) if deed == "import" else Import(initial={"kind": "camt"})
    columns = Columns(request.POST if deed == "import" else None, initial=bank_accounts.mapping_of(party=codes.FEDERATION))
    refused: DomainError | None = None
    asked = [form, columns] if deed == "import" else [sent.form] if sent.form is not None else []
    if deed and all([one.is_valid() for one in asked]):  # each says what is wrong with it
        try:
            if deed == "import":
                done = _import(request, form, columns, at)
                return desk_actions.done("", "desk-bank-statements", baru=done.new, cocok=done.matched, lama=done.known)
            statement_lines_part.do(request, deed=deed, sent=sent, at=at)
        except DomainError as why:
            refused = why
        else:
            return desk_actions.done(deed, "desk-bank-statements")
    context = {
        **statement_lines_part.shown(request, sent=sent),
        "form": form,
        "columns": columns,
        "importing": deed == "import",
        "may_import": desk_layout.OPERATOR in request.roles,
        "own": bank_accounts.of(party=codes.FEDERATION),
        "ways": cycles_page.ways("statements"),
        "trouble": str(refused) if refused else "",
        "outcome": _outcome(request),
    }
    unread = next((one for one in asked if one.errors), None)
    status = desk_actions.status(form=unread, refused=refused)
    return desk_layout.page(request, "desk/bank/bank_statements.html", context, tab="cycles", status=status)


def _import(request: desk_layout.Request, form: Import, columns: Columns, at: datetime) -> matching.Imported:
    """Read the file; a mapping that could read it is offered the next time."""
    own = bank_accounts.of(party=codes.FEDERATION)
    mapping: Mapping[str, str] | None = None
    if form.cleaned_data["kind"] == "csv":
        mapping = columns.mapping(account=own.number if own else "")
    upload = form.cleaned_data["file"]
    done = matching.import_statement(contents=upload.read(), file=upload.name, mapping=mapping, by=request.user.pk, at=at)
    if mapping is not None:
        bank_accounts.keep_mapping(party=codes.FEDERATION, mapping=mapping, by=request.user.pk, at=at)
    return done


def _outcome(request: desk_layout.Request) -> str:
    """What the address says was done last."""
    counts = [request.GET.get(name, "") for name in ("baru", "cocok", "lama")]
    if all(count.isascii() and count.isdigit() and len(count) < 7 for count in counts):
        return str(Outcome(*map(int, counts)))
    return str(statement_lines_part.OUTCOMES.get(request.GET.get("hasil", ""), ""))


def _lines() -> Iterator[tuple[object, ...]]:
    found = payment_overview.lines(most=EXPORTED_MAX)
    people = accounts.names_of(user_ids=[line.decided_by for line in found])
    for line in found:
        way = _("masuk") if line.incoming else _("keluar")
        decided = timezone.localtime(line.decided_at).isoformat() if line.decided_at else None
        by_name = people.get(line.decided_by, "") if line.decided_by else ""
        why = payment_words.reason(code=line.why)
        yield (
            line.booked_on,
            way,
            line.amount_rupiah,
            line.sen,
            line.text,
            line.key,
            STATES[line.state][0],
            line.state,
            why,
            by_name,
            decided,
        )


@access.federation_page(*desk_layout.EVERYONE)
@require_GET
def table_csv(request: desk_layout.Request) -> StreamingHttpResponse:
    """Every line of every statement."""
    header = (
        _("Tanggal"),
        _("Arah"),
        _("Rupiah"),
        _("Sen"),
        _("Keterangan"),
        _("Nomor rujukan"),
        _("Keadaan"),
        _("Kode"),
        _("Sebab"),
        _("Diputuskan oleh"),
        _("Diputuskan"),
    )
    return csv_export.response(name="rekening-koran", header=header, rows=_lines())

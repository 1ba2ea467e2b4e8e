"""Forms about orders and stock: they read what was written; the rules stand in the use cases."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from federation.labels import figures
from federation.web import form_fields
from federation.web.form_fields import Rupiah
from marketplace.orders.order_queries import OrderCardLine
from marketplace.pages.office import goods_fields
from tenants import reasons, text_direction

CANCEL_REASONS = (
    ("Barangnya habis", gettext_lazy("Barangnya habis")),
    ("Pembeli minta dibatalkan", gettext_lazy("Pembeli minta dibatalkan")),
    ("Tidak bisa diantar", gettext_lazy("Tidak bisa diantar")),
    ("other", gettext_lazy("Sebab lain, tulis di bawah")),
)
OWN_WORDS_MAX = reasons.LENGTH_MAX - max(len(f"{usual}. ") for usual, _label in CANCEL_REASONS)  # both together are one reason


class Step(forms.Form):
    """A button that moves an order on: the state that the page showed, and the tab of orders to come back to."""

    form_state = forms.CharField(max_length=20, required=False)
    back = forms.CharField(required=False)


class Send(Step):
    """The goods leave the shop, and who carries them."""

    carried_by = forms.CharField(required=False)


class HandOver(Step):
    """The buyer has the goods, and the cash that the page asked for."""

    cash_rupiah = form_fields.ExpectedRupiah(required=False)


class Reason(forms.Form):
    """Why something is done; the person concerned will read it."""

    reason = forms.CharField(
        label=gettext_lazy("Sebabnya"),
        max_length=reasons.LENGTH_MAX,
        error_messages={"required": gettext_lazy("Tulis sebabnya dengan beberapa kata.")},
    )


class Cancel(forms.Form):
    """Cancel an order: a usual reason, one's own words, or both."""

    choice = forms.ChoiceField(label=gettext_lazy("Mengapa dibatalkan?"), choices=CANCEL_REASONS, widget=forms.RadioSelect, required=False)
    words = forms.CharField(label=gettext_lazy("Tambahan untuk pembeli"), max_length=OWN_WORDS_MAX, required=False)

    def clean(self) -> dict[str, Any]:
        """One of both must be there."""
        values = super().clean() or {}
        if values.get("choice", "") in ("", "other") and not values.get("words", "").strip():
            raise ValidationError(_("Pilih atau tulis sebabnya, supaya pembeli tahu."), code="reason")
        return values

    def reason(self) -> str:
        """What the buyer reads."""
        usual, words = self.cleaned_data["choice"], self.cleaned_data["words"].strip()
        return ". ".join(part for part in (usual, words) if part not in ("", "other"))


class _PerLine(forms.Form):
    """A number of pieces for each line of an order. How many are allowed is for the use case to say: a form that is sent twice
    meets an order that is already smaller, and must still be known as the same form.
    """

    def __init__(self, lines: Iterable[OrderCardLine], *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.line_fields: dict[str, uuid.UUID] = {}
        for line in lines:
            if line.pieces_left < 1 and not self.is_bound:
                continue
            name = f"line_{line.id}"
            label = f"{line.pieces_left} × {text_direction.isolated(line.name)}"
            field = goods_fields.Pieces(label=label, min_value=0, initial=self.start(line), required=False)
            field.widget.attrs["class"] = "amount"
            self.fields[name] = field
            self.line_fields[name] = line.id

    def start(self, line: OrderCardLine) -> int:
        """What the form begins with."""
        return 0

    def line_bounds(self) -> list[Any]:
        """The bound fields of the lines, for the template."""
        return [self[name] for name in self.line_fields]

    def clean(self) -> dict[str, Any]:
        """At least one piece is named."""
        values = super().clean() or {}
        if not self.errors and not any(values.get(name) for name in self.line_fields):
            raise ValidationError(_("Isi jumlahnya pada salah satu barang."), code="pieces")
        return values

    def pieces(self) -> dict[uuid.UUID, int]:
        """Line id -> pieces, for the lines that have some."""
        return {line_id: self.cleaned_data[name] for name, line_id in self.line_fields.items() if self.cleaned_data.get(name)}


class Shorten(_PerLine):
    """How many pieces of each line are missing."""

    reason = forms.CharField(
        label=gettext_lazy("Sebabnya, dibaca pembeli"),
        max_length=reasons.LENGTH_MAX,
        initial=gettext_lazy("Stoknya tidak cukup"),
        error_messages={"required": gettext_lazy("Tulis sebabnya, supaya pembeli tahu.")},
    )

    def start(self, line: OrderCardLine) -> int:
        """Pieces that broke after they were ordered are missing for sure."""
        return line.broken


class TakeBack(_PerLine):
    """How many pieces of each line the buyer brought back."""

    reason = forms.CharField(
        label=gettext_lazy("Mengapa dikembalikan?"),
        max_length=reasons.LENGTH_MAX,
        error_messages={"required": gettext_lazy("Tulis sebabnya dengan beberapa kata.")},
    )
    restock = forms.BooleanField(label=gettext_lazy("Barangnya masih baik dan bisa dijual lagi"), required=False)


class GiveBack(forms.Form):
    """How many rupiah go back of each line, and of the seller's delivery. How many are allowed is not said here, as in _PerLine."""

    reason = forms.CharField(
        label=gettext_lazy("Sebabnya, dibaca pembeli"),
        max_length=reasons.LENGTH_MAX,
        error_messages={"required": gettext_lazy("Tulis sebabnya, supaya pembeli tahu.")},
    )

    def __init__(self, lines: Iterable[OrderCardLine], delivery_left_rupiah: int, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.line_fields: dict[str, uuid.UUID] = {}
        for line in lines:
            name = f"line_{line.id}"
            if self._ask(name, label=f"{line.pieces_left} × {text_direction.isolated(line.name)}", left=line.left_rupiah):
                self.line_fields[name] = line.id
        self._ask("delivery_rupiah", label=_("Ongkos antar"), left=delivery_left_rupiah)

    def _ask(self, name: str, *, label: str, left: int) -> bool:
        """Add a field for what can go back; one that was filled in stays, though nothing may be left by now."""
        if left < 1 and not self.data.get(name):
            return False
        self.fields[name] = Rupiah(label=label, required=False, help_text=_("Paling banyak %(amount)s") % {"amount": figures.rupiah(left)})
        self.fields[name].widget.attrs["class"] = "amount"
        return True

    def line_bounds(self) -> list[Any]:
        """The bound fields of the lines and the delivery, for the template."""
        return [self[name] for name in (*self.line_fields, "delivery_rupiah") if name in self.fields]

    def clean(self) -> dict[str, Any]:
        """At least one amount is named."""
        values = super().clean() or {}
        if not self.errors and not any(values.get(name) for name in (*self.line_fields, "delivery_rupiah")):
            raise ValidationError(_("Isi berapa rupiah yang dikembalikan."), code="amounts")
        return values

    def amounts_rupiah(self) -> dict[uuid.UUID, int]:
        """Line id -> rupiah, for the lines that have some."""
        return {line_id: self.cleaned_data[name] for name, line_id in self.line_fields.items() if self.cleaned_data.get(name)}

    def delivery_rupiah(self) -> int:
        """What goes back of the delivery fee."""
        return self.cleaned_data.get("delivery_rupiah") or 0


class Receive(forms.Form):
    """Goods that came in."""

    quantity = goods_fields.Pieces(label=gettext_lazy("Berapa yang masuk?"))
    reason = forms.CharField(label=gettext_lazy("Catatan (boleh kosong)"), max_length=reasons.LENGTH_MAX, required=False)


class Break(forms.Form):
    """Goods that broke or were lost."""

    quantity = goods_fields.Pieces(label=gettext_lazy("Berapa yang rusak atau hilang?"))
    reason = forms.CharField(
        label=gettext_lazy("Apa yang terjadi?"),
        max_length=reasons.LENGTH_MAX,
        error_messages={"required": gettext_lazy("Tulis apa yang terjadi, misalnya: basah kena hujan.")},
    )


class Count(forms.Form):
    """What was counted on the shelf."""

    counted = goods_fields.Pieces(label=gettext_lazy("Berapa yang ada di rak?"), min_value=0)
    seen_on_hand = form_fields.ExpectedRupiah()  # the stock that the page showed, in pieces
    reason = forms.CharField(label=gettext_lazy("Catatan (boleh kosong)"), max_length=reasons.LENGTH_MAX, required=False)

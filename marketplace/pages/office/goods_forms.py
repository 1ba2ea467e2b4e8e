"""Forms about products, consignors and the shop itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from federation.labels import figures, market_labels
from federation.web.form_fields import Name, Percent, Rupiah, Text, Undecided
from marketplace.goods import pictures, products
from marketplace.goods.consignors import ConsignorRow
from marketplace.pages.office import goods_fields
from tenants import full_disk
from tenants.codes import VillageCode

TOO_LARGE = gettext_lazy("Fotonya lebih dari 12 MB. Potret ulang dengan ukuran lebih kecil.")


class Picture(forms.FileField):
    """A photo as it comes from a phone; it is decoded and checked by marketplace.goods.pictures, not here."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Refuse what is too large before it is read into memory."""
        file = super().clean(data, initial)
        if file and file.size > pictures.BYTES_MAX:
            raise ValidationError(TOO_LARGE, code="size")
        return file


@dataclass(frozen=True)
class Difference:
    """A field that somebody else changed meanwhile, or that the form would change: what is saved, and what was written."""

    label: str
    saved: str
    written: str


def differences(form: forms.Form, saved: Mapping[str, Any]) -> list[Difference]:
    """What a form says otherwise than what is saved by now, field by field."""
    return [
        Difference(str(field.label), _words(field, saved[name]), _words(field, form.cleaned_data[name]))
        for name, field in form.fields.items()
        if name in saved and (saved[name] or "") != (form.cleaned_data[name] or "")
    ]


def _words(field: forms.Field, value: Any) -> str:
    """A value of a field as a person reads it."""
    if isinstance(value, bool):
        return _("ya") if value else _("tidak")
    if isinstance(value, int):
        return figures.basis_points(value) if isinstance(field, Percent) else figures.rupiah(value)
    names = dict(getattr(field.widget, "choices", ()))
    return str(names.get(str(value), value or "")) or _("kosong")


class Product(forms.Form):
    """Everything a person says about a product."""

    name = Name(
        label=gettext_lazy("Nama barang"),
        max_length=120,
        help_text=gettext_lazy("Seperti orang menyebutnya di warung: Keripik bayam."),
        error_messages={"required": gettext_lazy("Tulis nama barangnya.")},
    )
    price_rupiah = Rupiah(label=gettext_lazy("Harga (Rp)"), error_messages={"required": gettext_lazy("Tulis harganya, misalnya 12.500.")})
    unit = Text(
        label=gettext_lazy("Per satuan"),
        max_length=30,
        help_text=gettext_lazy("Misalnya: bungkus 200 g, ikat, kg, 10 butir."),
        error_messages={"required": gettext_lazy("Tulis satuannya, misalnya kg.")},
    )
    category = forms.ChoiceField(label=gettext_lazy("Jenis barang"))
    consignor_id = forms.UUIDField(
        label=gettext_lazy("Dari siapa?"),
        widget=Undecided,
        error_messages={"required": gettext_lazy("Pilih dari siapa barangnya: dialah yang menerima uangnya.")},
    )
    description = Text(
        label=gettext_lazy("Keterangan (boleh kosong)"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    camera = Picture(
        label=gettext_lazy("Potret barangnya"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/*", "capture": "environment"}),
    )
    gallery = Picture(
        label=gettext_lazy("… atau pilih foto yang sudah ada"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/heic,image/heif"}),
        help_text=gettext_lazy("JPEG, PNG, WebP atau HEIC, paling besar 12 MB."),
    )
    made_here = forms.BooleanField(label=gettext_lazy("Dibuat di desa ini"), required=False)
    flagship = forms.BooleanField(label=gettext_lazy("Barang unggulan desa"), required=False)
    published = forms.BooleanField(label=gettext_lazy("Tampilkan kepada pembeli"), required=False, initial=True)

    def __init__(self, consignors: Iterable[ConsignorRow], *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        cast(forms.ChoiceField, self.fields["category"]).choices = list(market_labels.CATEGORIES.items())
        cast(forms.Select, self.fields["consignor_id"].widget).choices = [(str(row.id), row.name) for row in consignors]
        self.fields["consignor_id"].error_messages["invalid"] = _("Pilih penitipnya dari daftar.")

    def values(self) -> products.ProductFields:
        """What was written, as the use cases take it."""
        names = ("name", "description", "unit", "price_rupiah", "category", "consignor_id", "made_here", "flagship", "published")
        return products.ProductFields(**{name: self.cleaned_data[name] for name in names})

    def hold_photo(self, *, village_code: VillageCode, account_id: UUID) -> str:
        """Hold the photo that was taken or chosen, now or before, whatever else is wrong; gives its name, or empty.

        What cannot be held is said beside the field: nothing is saved without a photo that somebody chose.
        """
        for name in ("camera", "gallery"):
            if file := self.cleaned_data.get(name):
                try:
                    return pictures.hold(village_code=village_code, account_id=account_id, picture=file.read())
                except (pictures.BadPicture, full_disk.DiskFull) as error:
                    self.add_error(name, str(error))
                    return ""
        photo = str(self.data.get("photo", ""))
        if photo and not pictures.is_held(village_code=village_code, account_id=account_id, name=photo):
            self.add_error("camera", _("Foto yang tadi dipilih sudah tidak tersimpan. Potret atau pilih lagi."))
            return ""
        return photo


class NewProduct(Product):
    """A product that does not exist yet, with the stock that is there already."""

    stock = goods_fields.Pieces(label=gettext_lazy("Stok sekarang"), min_value=0, initial=0, required=False)


class Consignor(forms.Form):
    """Who sells through the BUMDes, and what the BUMDes keeps."""

    name = Name(label=gettext_lazy("Nama"), max_length=100, error_messages={"required": gettext_lazy("Tulis nama penitipnya.")})
    kind = forms.ChoiceField(label=gettext_lazy("Jenis"))
    phone = forms.CharField(
        label=gettext_lazy("Nomor HP (boleh kosong)"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel"}),
    )
    margin_rupiah = Rupiah(
        label=gettext_lazy("Bagian BUMDes per barang (Rp)"),
        required=False,
        help_text=gettext_lazy("Isi salah satu: rupiah per barang, atau persen."),
    )
    margin_percent = Percent(label=gettext_lazy("… atau persen dari harga"), required=False)

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        cast(forms.ChoiceField, self.fields["kind"]).choices = list(market_labels.CONSIGNORS.items())

    def clean(self) -> dict[str, Any]:
        """Exactly one kind of margin."""
        values = super().clean() or {}
        if not self.errors and (values["margin_rupiah"] is None) == (values["margin_percent"] is None):
            self.add_error("margin_rupiah", _("Isi salah satu saja: rupiah per barang, atau persen dari harga."))
        return values


class ConsignorChange(Consignor):
    """A consignor that exists; it may stop selling here."""

    active = forms.BooleanField(label=gettext_lazy("Masih menitip di sini"), required=False)


class Shop(forms.Form):
    """What buyers read about the shop, and what its couriers cost."""

    bumdes_name = Name(label=gettext_lazy("Nama BUMDes"), max_length=100)
    about = Text(label=gettext_lazy("Tentang toko ini"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    address = Text(
        label=gettext_lazy("Alamat loket"), max_length=200, help_text=gettext_lazy("Di sini pembeli membayar dan mengambil barang.")
    )
    hours = Text(label=gettext_lazy("Jam buka"), max_length=100, help_text=gettext_lazy("Misalnya: Senin–Sabtu 08.00–15.00."))
    phone = forms.CharField(
        label=gettext_lazy("Nomor WhatsApp loket"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel"}),
    )
    open_to_buyers = forms.BooleanField(label=gettext_lazy("Toko buka untuk pembeli"), required=False)
    takes_cod = forms.BooleanField(label=gettext_lazy("Terima bayar di tempat (COD)"), required=False)
    takes_transfer = forms.BooleanField(label=gettext_lazy("Terima bayar ke QRIS atau rekening toko"), required=False)
    transfer_details = Text(
        label=gettext_lazy("Ke mana pembeli membayar?"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Dibaca pembeli, misalnya: QRIS “Toko Sukamaju”, atau BRI 0337-01-001234-50-1 a.n. BUMDes Sukamaju."),
    )
    seller_courier = forms.BooleanField(label=gettext_lazy("Kurir kita mengantar pesanan"), required=False)
    seller_courier_fee_rupiah = Rupiah(label=gettext_lazy("Ongkos antar di dalam desa (Rp)"))
    seller_courier_far_fee_rupiah = Rupiah(label=gettext_lazy("Ongkos antar ke desa lain (Rp)"))
    home_pickup = forms.BooleanField(label=gettext_lazy("Warga kita boleh mengambil barang desa lain di sini"), required=False)
    home_courier = forms.BooleanField(label=gettext_lazy("Kurir kita mengantar barang desa lain ke warga kita"), required=False)
    home_courier_fee_rupiah = Rupiah(label=gettext_lazy("Ongkos antar barang desa lain (Rp)"))
    carried_by = Text(
        label=gettext_lazy("Siapa yang biasa membawa barang ke desa lain?"),
        max_length=100,
        required=False,
        help_text=gettext_lazy("Misalnya: Pak Tono, mobil bak setiap Selasa."),
    )

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        for name, field in self.fields.items():
            field.error_messages["required"] = _("Tulis 0 bila gratis.") if name.endswith("_rupiah") else _("Bagian ini harus diisi.")

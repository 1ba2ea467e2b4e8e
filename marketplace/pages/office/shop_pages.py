"""Toko and Lainnya: the shop's settings, its news, and the way to everything else."""

from __future__ import annotations

from dataclasses import asdict, replace

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from federation.buying import notices
from federation.labels import activity_labels, figures
from federation.web import form_keys
from marketplace import shops
from marketplace.pages.office import goods_forms, office_layout
from tenants import phones
from tenants.errors import DomainError
from tenants.http import access
from tenants.people.permissions import Permission


@access.village_page(Permission.CHANGE_SHOP)
def settings(request: office_layout.Request) -> HttpResponse:
    """What buyers read about the shop; the same form sent twice writes the same."""
    now = shops.settings()
    form = goods_forms.Shop(office_layout.sent(request), initial={**asdict(now), "phone": figures.phone(now.phone)})
    refusal: DomainError | None = None
    differences: list[goods_forms.Difference] = []
    if request.method == "POST" and form.is_valid():
        try:
            shops.change(
                settings=replace(now, **form.cleaned_data), seen=request.POST.get("seen") or "?", act=form_keys.act(request=request)
            )
        except phones.BadPhone as error:
            form.add_error("phone", str(error))
        except shops.ShopChangedMeanwhile as error:
            refusal, differences = error, goods_forms.differences(form, form.initial)
        except DomainError as error:
            refusal = error
        else:
            return office_layout.done(request, "shop_changed", "office-shop")
    context = {"form": form, "refusal": refusal, "seen": now.mark, "differences": differences}
    return office_layout.page(request, "office/shop.html", context, tab="more")


@access.village_page(Permission.SEE_NEWS)
@require_GET
def news(request: office_layout.Request) -> HttpResponse:
    """Kabar: what happened to orders, newest first."""
    rows = notices.of_village(village_code=request.village.code, limit=50)
    news = [{"at": row.at, "order_id": row.order_id, "code": row.code, "label": activity_labels.label(action=row.kind)} for row in rows]
    return office_layout.page(request, "office/news.html", {"news": news}, tab="more")


@access.village_page()
@require_GET
def more(request: office_layout.Request) -> HttpResponse:
    """The way to all pages that the lower bar has no room for."""
    entries = [
        (_("Barang"), _("Semua barang, harga, foto dan stok"), "office-products", Permission.SEE_GOODS),
        (_("Penitip"), _("Warung, UMKM dan kelompok yang menitip"), "office-consignors", Permission.CHANGE_GOODS),
        (_("Toko"), _("Jam buka, alamat, ongkos antar"), "office-shop", Permission.CHANGE_SHOP),
        (_("Orang"), _("Siapa bekerja di sini, dan boleh apa"), "office-staff", Permission.SEE_STAFF),
        (_("Pesankan untuk warga"), _("Untuk warga yang tidak punya HP"), "office-assist", Permission.ORDER_FOR_OTHERS),
        (_("Putaran"), _("Hitungan dengan desa lain: bayar, terima, keberatan"), "office-cycles", Permission.SEE_STATEMENTS),
        (_("Kabar"), _("Apa yang terjadi dengan pesanan"), "office-news", Permission.SEE_NEWS),
    ]
    items = [
        {"label": label, "detail": detail, "url": office_layout.address(request, name)}
        for label, detail, name, permission in entries
        if office_layout.may(request, permission)
    ]
    return office_layout.page(request, "office/more.html", {"entries": items}, tab="more")

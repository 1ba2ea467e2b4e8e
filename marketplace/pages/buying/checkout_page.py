"""The page where a basket becomes a purchase: who, how to pay and get the goods of each seller, the sums, and one button."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from federation.buying import baskets
from federation.members import profiles, terms
from federation.members.profiles import VillageProfile
from federation.web import error_pages, visitors
from marketplace.checkout import offers, place_order
from marketplace.pages.buying import buying_forms, option_labels
from marketplace.pages.office import assist_page
from tenants import villages
from tenants.codes import VillageCode
from tenants.errors import DomainError


@dataclass(frozen=True)
class Part:
    """One seller on the page."""

    village_code: str
    name: str
    lines: Sequence[Any]
    goods_rupiah: int
    offered: Sequence[option_labels.Way]

    @property
    def chosen(self) -> option_labels.Way | None:
        return next((way for way in self.offered if way.chosen), None)

    @property
    def others(self) -> Sequence[option_labels.Way]:
        """The ways behind the first one, folded away while none of them is chosen."""
        return self.offered[1:]

    @property
    def other_chosen(self) -> bool:
        return any(way.chosen for way in self.others)


@require_http_methods(["GET", "HEAD", "POST"])
def checkout(request: HttpRequest) -> HttpResponse:
    """GET, POST /keranjang/pesan/ — a form sent twice makes one purchase and leads to the same page."""
    helping = assist_page.helper(request)  # staff order for somebody without a phone
    form = (buying_forms.SomebodyElse if helping else buying_forms.Buyer)(request.POST or None, initial={} if helping else _known(request))
    if helping and request.method != "POST":
        baskets.choose_home(
            token=None, account_id=visitors.account_id(request=request), village_code=helping.village_code, at=timezone.now()
        )
    if request.method == "POST" and "hitung" not in request.POST and form.is_valid():
        try:
            placed = place_order.place(form=_typed(request, form.cleaned_data, helping=helping), at=timezone.now())
        except DomainError as refusal:
            return _page(request, form, refusal=refusal, on_behalf=bool(helping))
        if helping:
            assist_page.finish(request)
            return redirect("office-cash-purchase", villages.by_code(code=helping.village_code).slug, placed.code)
        return redirect("purchase", token=placed.token)
    return _page(request, form, refusal=None, on_behalf=bool(helping))


def _typed(request: HttpRequest, typed: dict[str, Any], *, helping: assist_page.Helper | None) -> place_order.Form:
    sellers = [VillageCode(name.removeprefix("cara-")) for name in request.POST if name.startswith("cara-")]
    read = {seller: option_labels.read(request.POST[f"cara-{seller}"]) for seller in sellers}
    return place_order.Form(
        form_key=request.POST.get("kunci", ""),
        token=visitors.token(request=request),
        account_id=visitors.account_id(request=request),
        buyer=place_order.Buyer(name=typed["name"], phone=typed["phone"], address=typed["address"]),
        home_village=VillageCode(request.POST.get("desa", "")),
        choices={seller: (method, delivery) for seller, (method, delivery, _fee) in read.items()},
        expected_rupiah={seller: _seen_rupiah(request, seller) + fee for seller, (_method, _delivery, fee) in read.items()},
        source=visitors.source(request=request),
        language=(get_language() or "id")[:2],
        ordered_by=helping.by if helping else None,
    )


def _seen_rupiah(request: HttpRequest, seller: str) -> int:
    """What the goods of a seller cost on the page that was sent."""
    text = request.POST.get(f"seharga-{seller}", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 14 else -1


def _known(request: HttpRequest) -> dict[str, str]:
    """What an account need not type again."""
    if visitors.account_id(request=request) is None:
        return {}
    return {"name": visitors.name(request=request), "phone": str(request.user.phone)}  # type: ignore[union-attr]


def _page(request: HttpRequest, form: buying_forms.Buyer, *, refusal: DomainError | None, on_behalf: bool) -> HttpResponse:
    """The form, with what was typed and chosen kept; prices are today's, and from here on the buyer has seen them."""
    token, account_id = visitors.token(request=request), visitors.account_id(request=request)
    head = baskets.find(token=token, account_id=account_id)
    if head is None or not head.line_count or not head.home_chosen:
        return redirect("basket")
    baskets.accept_prices(token=token, account_id=account_id)
    shops = {shop.village_code: shop for shop in profiles.all_open()}
    home = shops.get(head.home_village)
    offered = offers.offer(token=token, account_id=account_id, home_village=head.home_village, on_behalf=on_behalf)
    shops |= profiles.several(village_codes={offer.village_code for offer in offered} - set(shops))
    parts = [_part(request, offer, shops[offer.village_code], home) for offer in offered]
    values = {
        "form": form,
        "refusal": refusal,
        "key": key if place_order.is_form_key(key := request.POST.get("kunci", "")) else uuid.uuid4().hex,
        "home_code": head.home_village,
        "home": home,
        "parts": parts,
        "total_rupiah": sum(part.chosen.total_rupiah for part in parts if part.chosen),
        "delivery_rupiah": sum(part.chosen.fee_rupiah for part in parts if part.chosen),
        "goods_rupiah": sum(part.goods_rupiah for part in parts),
    }
    wrong = form.is_bound and "hitung" not in request.POST and bool(form.errors)
    return render(request, "buying/checkout.html", values, status=error_pages.STATUS[refusal.kind] if refusal else 422 if wrong else 200)


def _part(request: HttpRequest, offer: offers.SellerOffer, seller: VillageProfile, home: VillageProfile | None) -> Part:
    open_ways = [choice for choice in offer.choices if not choice.refused]
    sent = option_labels.read(request.POST.get(f"cara-{offer.village_code}", ""))[:2]
    wanted = next((choice for choice in open_ways if (choice.method, choice.delivery) == sent), open_ways[0] if open_ways else None)
    in_force = terms.current()
    told = [
        option_labels.told(
            choice=choice, goods_rupiah=offer.goods_rupiah, seller=seller, home=home, terms=in_force, chosen=choice is wanted
        )
        for choice in sorted(offer.choices, key=lambda choice: bool(choice.refused))
    ]
    return Part(offer.village_code, seller.bumdes_name, offer.lines, offer.goods_rupiah, told)

"""The page where a basket becomes a purchase: who, how to pay and get the goods of each seller, the sums, and one button."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from federation.buying import baskets, order_drafts
from federation.labels import figures
from federation.pages import home_choice
from federation.web import error_pages, form_fields, visitors
from marketplace.checkout import offers, place_order
from marketplace.pages.buying import buying_forms, checkout_changes, option_labels
from marketplace.pages.office import assist_page
from tenants import villages
from tenants.codes import VillageCode
from tenants.errors import DomainError, FormReused

_OPEN_HOME, _AT_HOME = "ganti_desa", "memilih_desa"  # the button that opens the choice of another home, and the sign that it is open
ONE_FOLD_MAX = 8  # more options than that are found by how the goods are got


@dataclass(frozen=True)
class Fold:
    """Options that are folded away while none of them is chosen."""

    label: str
    options: Sequence[option_labels.Option]

    @property
    def is_open(self) -> bool:
        return any(option.chosen for option in self.options)


@dataclass(frozen=True)
class Part:
    """One seller on the page."""

    village_code: VillageCode
    name: str
    lines: Sequence[Any]
    goods_rupiah: int
    offered: Sequence[option_labels.Option]
    shown: str  # the goods as the form carries them
    changes: Sequence[checkout_changes.Difference]  # since the page that was sent
    held: bool  # its shop takes no orders since the market was restored from a backup: the goods stay in the basket

    @property
    def chosen(self) -> option_labels.Option | None:
        return next((option for option in self.offered if option.chosen), None)

    @property
    def folds(self) -> Sequence[Fold]:
        """The options after the first one: together while they are few, else by how the goods are got."""
        others = self.offered[1:]
        if len(others) <= ONE_FOLD_MAX:
            label = ngettext("Cara lain (%(count)s)", "Cara lain (%(count)s)", len(others)) % {"count": len(others)}
            return [Fold(label, others)] if others else []
        by_delivery: dict[str, list[option_labels.Option]] = {}
        for option in others:
            by_delivery.setdefault(option.delivery, []).append(option)
        return [Fold(f"{delivery} ({len(options)})", options) for delivery, options in by_delivery.items()]


@require_http_methods(["GET", "HEAD", "POST"])
def checkout(request: HttpRequest) -> HttpResponse:
    """GET, POST /keranjang/pesan/ — a form sent twice makes one purchase and leads to the same page."""
    # Staff order for somebody without a phone.
    helping = assist_page.sender(request) if request.method == "POST" else assist_page.helper(request)
    form = (buying_forms.SomebodyElse if helping else buying_forms.Buyer)(request.POST or None, initial={} if helping else _known(request))
    if request.method == "POST" and not helping and (_OPEN_HOME in request.POST or _AT_HOME in request.POST):
        return _choose_home(request, form)
    if request.method == "POST" and "hitung" not in request.POST and form.is_valid():
        try:
            placed = place_order.place(form=_typed(request, form.cleaned_data, helping=helping), at=timezone.now())
        except DomainError as refusal:
            return _page(request, form, refusal=refusal, helping=helping)
        if helping:
            assist_page.finish(request)
            return redirect("office-cash-purchase", villages.by_code(code=helping.village_code).slug, placed.code)
        return redirect("purchase", token=placed.token)
    return _page(request, form, refusal=None, helping=helping)


def _choose_home(request: HttpRequest, form: buying_forms.Buyer) -> HttpResponse:
    """The home is another: it is chosen on this page, so that all that was typed and chosen stays; prices are then those of that home.

    Nothing is ordered by it, whichever button was pressed: what it costs there has not been seen yet.
    """
    form.errors.clear()  # nothing was sent to be ordered
    recent = home_choice.recent(request)
    home = home_choice.shown(recent=recent) if _OPEN_HOME in request.POST else home_choice.sent(request.POST.dict(), recent=recent)
    if _OPEN_HOME in request.POST or home.village_code is None:
        return _page(request, form, refusal=None, helping=None, choice=home)
    baskets.choose_home(
        token=visitors.token(request=request),
        account_id=visitors.account_id(request=request),
        village_code=home.village_code,
        at=timezone.now(),
    )
    visitors.look_again(request=request)
    response = _page(request, form, refusal=None, helping=None)
    home_choice.remember(request, response, home.village_code)
    return response


def _typed(request: HttpRequest, typed: dict[str, Any], *, helping: assist_page.Helper | None) -> place_order.Form:
    sellers = {VillageCode(name.partition("-")[2]) for name in request.POST if name.startswith(("cara-", "isi-"))}
    return place_order.Form(
        form_key=request.POST.get("kunci", ""),
        token=visitors.token(request=request),
        account_id=visitors.account_id(request=request),
        buyer=place_order.Buyer(name=typed["name"], phone=typed["phone"], address=typed["address"]),
        home_village=VillageCode(request.POST.get("desa", "")),
        selections={seller: _selection(request, seller) for seller in sellers},
        source=visitors.source(request=request),
        language=(get_language() or "id")[:2],
        ordered_by=helping.by if helping else None,
    )


def _selection(request: HttpRequest, seller: VillageCode) -> order_drafts.Selection:
    """What was chosen for a seller, and what the page that was sent showed: nothing costs less than nothing, so nonsense is refused."""
    sent, shown = option_labels.read(request.POST.get(f"cara-{seller}", "")), _shown(request, seller)
    never_due = form_fields.ExpectedRupiah.NEVER_DUE
    goods_rupiah = sum(line.price_rupiah * line.quantity for line in shown)
    return order_drafts.Selection(sent.option, never_due if sent.fee_rupiah == never_due else sent.fee_rupiah + goods_rupiah, shown)


def _shown(request: HttpRequest, seller: VillageCode) -> list[order_drafts.ShownLine]:
    """The goods of a seller on the page that was sent."""
    return checkout_changes.read(request.POST.get(f"isi-{seller}", ""))


def _known(request: HttpRequest) -> dict[str, str]:
    """What an account need not type again."""
    if visitors.account_id(request=request) is None:
        return {}
    return {"name": visitors.name(request=request), "phone": str(request.user.phone)}  # type: ignore[union-attr]


def _page(
    request: HttpRequest,
    form: buying_forms.Buyer,
    *,
    refusal: DomainError | None,
    helping: assist_page.Helper | None,
    choice: home_choice.HomeChoice | None = None,
) -> HttpResponse:
    """The form, with what was typed and chosen; prices are today's, and what is sent from here says that the buyer has seen them.

    `choice`: another home is being chosen; then nothing can be ordered yet.
    """
    basket = visitors.basket(request=request)
    if basket is None or not basket.line_count or not (helping or basket.home_chosen):
        # Also where the purchase stands by now and another form knows its key: nothing is left here that could be sent again.
        return error_pages.domain_error(request=request, error=refusal) if isinstance(refusal, FormReused) else redirect("basket")
    home_code = helping.village_code if helping else basket.home_village
    offered = offers.offer(basket=basket, account_id=visitors.account_id(request=request), home_village=home_code, on_behalf=bool(helping))
    parts = [_part(request, seller, offered) for seller in offered.sellers]
    ordered = [part for part in parts if not part.held]
    goods_rupiah = sum(part.goods_rupiah for part in ordered)
    delivery_rupiah = sum(part.chosen.fee_rupiah for part in parts if part.chosen)
    values = {
        "form": form,
        "refusal": refusal,
        "key": _key(request, refusal),
        "home_code": home_code,
        "home": offered.home,
        "helped": helping.village_code if helping else "",
        "choice": choice,
        "outside": home_choice.OUTSIDE,
        "parts": parts,
        "total_rupiah": goods_rupiah + delivery_rupiah,
        "delivery_rupiah": delivery_rupiah,
        "goods_rupiah": goods_rupiah,
        "all_chosen": all(part.chosen for part in ordered),
        "ordered": len(ordered),
    }
    wrong = (form.is_bound and "hitung" not in request.POST and bool(form.errors)) or (choice is not None and choice.missing)
    return render(request, "buying/checkout.html", values, status=error_pages.STATUS[refusal.kind] if refusal else 422 if wrong else 200)


def _key(request: HttpRequest, refusal: DomainError | None) -> str:
    """The key of the form that is shown: the one that was sent, unless it is none or stands for another purchase."""
    sent = request.POST.get("kunci", "")
    return sent if place_order.is_form_key(sent) and not isinstance(refusal, FormReused) else uuid.uuid4().hex


def _part(request: HttpRequest, seller: offers.SellerOffer, offered: offers.BasketOffer) -> Part:
    sent = option_labels.read(request.POST.get(f"cara-{seller.village_code}", ""))
    open_choices = [choice for choice in seller.choices if not choice.refused]
    again = next((choice for choice in open_choices if choice.option == sent.option), None)
    was_shown = f"isi-{seller.village_code}" in request.POST
    chosen = again if was_shown else seller.usual
    labelled = [
        option_labels.of(
            choice=choice,
            goods_rupiah=seller.goods_rupiah,
            seller=seller.shop,
            home=offered.home,
            terms=offered.terms,
            chosen=choice is chosen,
        )
        for choice in seller.choices
        if seller.shop is not None
    ]
    name = seller.shop.bumdes_name if seller.shop else seller.group.name
    changes = _changes(request, seller, sent=sent, again=again) if request.method == "POST" else []
    return Part(
        seller.village_code,
        name,
        seller.group.lines,
        seller.goods_rupiah,
        labelled,
        checkout_changes.write(seller.shown),
        changes,
        seller.held,
    )


def _changes(
    request: HttpRequest, seller: offers.SellerOffer, *, sent: option_labels.SentOption, again: order_drafts.Choice | None
) -> list[checkout_changes.Difference]:
    """What is another for this seller than on the page that was sent, in words; its goods, then the fee of what was chosen."""
    shown = _shown(request, seller.village_code)
    changes = list(checkout_changes.differences(shown, seller.shown))
    if again is None and sent.option.method:
        changes.append(checkout_changes.Difference("", _("Cara terima dan bayar"), _("tersedia"), _("tidak tersedia, pilih lagi")))
    fees = (sent.fee_rupiah, again.fee_rupiah if again else sent.fee_rupiah)
    if fees[0] != fees[1]:
        changes.append(checkout_changes.Difference("", _("Ongkos kirim"), *map(figures.rupiah, fees)))
    if changes and shown and again:
        sums = (sum(line.price_rupiah * line.quantity for line in shown) + fees[0], seller.goods_rupiah + fees[1])
        if sums[0] != sums[1]:
            changes.append(checkout_changes.Difference("", _("Jumlah untuk penjual ini"), *map(figures.rupiah, sums)))
    return changes

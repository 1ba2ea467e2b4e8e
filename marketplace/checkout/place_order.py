"""One basket becomes one purchase with an order at every seller: all or nothing, and once per form.

This is the one hot path, so it speaks SQL in few set-based statements; three sellers cost at most 20. Rows are locked in one order
everywhere: basket, buyer, then per seller in the order of village codes its products by id, then the ledger's positions by code.
"""

from __future__ import annotations

import dataclasses
import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, OperationalError, transaction

from federation.buying import order_drafts, order_states, payment_methods, purchase_codes, purchases
from federation.catalogue import catalogue
from marketplace.checkout import errors, reserve
from settlement.bank.gateways import registry
from settlement.ledger import sales
from tenants import events, networks, phones, request_hash, texts, trade_holds, uuids, villages
from tenants.codes import OUTSIDE, VillageCode
from tenants.db import context, statements
from tenants.errors import FormReused
from tenants.people import permissions
from tenants.people.permissions import Permission, Principal

TRIES = 4
NOTHING_SELECTED = order_drafts.Selection(order_drafts.CheckoutOption("", ""), 0)
_KEY = re.compile(r"[0-9A-Za-z-]{16,64}")


@dataclass(frozen=True, kw_only=True)
class Buyer:
    """Who buys; the phone may be empty only where staff order for someone without one."""

    name: str
    phone: str
    address: str


@dataclass(frozen=True, kw_only=True)
class Form:
    """What the buyer sent: the same `form_key` makes one purchase, however often it is sent."""

    form_key: str
    token: str | None
    account_id: UUID | None
    buyer: Buyer
    home_village: VillageCode
    selections: Mapping[VillageCode, order_drafts.Selection]  # by seller
    source: str  # the network address
    language: str = "id"
    ordered_by: Principal | None = None  # staff who order for somebody without a phone


@dataclass(frozen=True)
class Placed:
    """A purchase that stands; `token` is the buyer's link, `code` what the counter asks for."""

    purchase_id: UUID
    token: str
    code: str


def place(*, form: Form, at: datetime) -> Placed:
    """Order everything in the visitor's basket; a form that was sent before gives the purchase that it made.

    :raises errors.BasketEmpty, errors.SoldOut, errors.NotSold, errors.GoodsChanged, errors.PriceChanged, errors.AmountChanged,
        errors.ChoiceMissing, errors.ChoiceNotOffered, errors.ShopClosed, errors.TooManyUnpaid,
        errors.TooManyUnpaidOfAddress, errors.UnpaidSumTooLarge, errors.TooMuchAtOnce, errors.BadBuyer, errors.BadForm,
        errors.NotYourVillage: with what to do next; nothing was changed
    :raises trade_holds.TradeHeld: if a seller that was chosen is held after a restore; goods of one that was not chosen stay in the basket
    :raises errors.BasketChanged: if the basket holds other goods than the buyer was shown
    :raises FormReused: if the form's key stands for a purchase of other contents
    :raises errors.LimitReached, errors.GuestLimitReached: if the home village may not hold more cash for others; other methods remain
    """
    buyer = _checked(form)
    _check_helper(form.ordered_by, home_village=form.home_village)
    request_sha256 = _request_sha256(form, buyer=buyer)
    for attempt in range(TRIES):
        try:
            return _place(form=form, buyer=buyer, request_sha256=request_sha256, at=at)
        except sales.CreditLimitExceeded as error:
            raise errors.LimitReached(village=villages.by_code(code=form.home_village).name) from error
        except sales.GuestLimitExceeded as error:
            raise errors.GuestLimitReached(village=villages.by_code(code=form.home_village).name) from error
        except IntegrityError as error:  # the same form elsewhere at this moment, or a short code that is taken
            if attempt == TRIES - 1 or not any(name in str(error) for name in purchases.ONCE):
                raise
        except statements.Outdated:  # a migration came between this purchase and the one before
            if attempt == TRIES - 1:
                raise
        except OperationalError as error:
            if attempt == TRIES - 1 or "deadlock detected" not in str(error):
                raise
    raise AssertionError("the last try returns or raises")


def is_form_key(form_key: str) -> bool:
    """Whether a form can be recognised by this key: hard to guess, and nothing but letters, digits and dashes."""
    return _KEY.fullmatch(form_key) is not None


def _checked(form: Form) -> Buyer:
    name, address = texts.clean(form.buyer.name, most=100, otherwise=errors.BadBuyer()), " ".join(form.buyer.address.split())
    if len(address) > 300 or "\x00" in address:
        raise errors.BadBuyer
    if not is_form_key(form.form_key):
        raise errors.BadForm
    needs_address = any(selection.option.delivery in order_states.BROUGHT for selection in form.selections.values())
    if needs_address and not address:
        raise errors.AddressMissing
    phone = form.buyer.phone.strip()
    if not phone and form.ordered_by is None:
        raise errors.BadBuyer
    return Buyer(name=name, phone=phones.normalise(phone) if phone else "", address=address)


def _check_helper(helper: Principal | None, *, home_village: VillageCode) -> None:
    """Whoever orders on behalf counts as no buyer, so such an order may use the credit of the helper's own village alone."""
    if helper is not None and not permissions.can(helper, Permission.ORDER_FOR_OTHERS, home_village):
        raise errors.NotYourVillage


def _place(*, form: Form, buyer: Buyer, request_sha256: str, at: datetime) -> Placed:
    with transaction.atomic(durable=True), statements.pipeline():
        source = "" if form.ordered_by else source_hash(form.source)  # staff at one counter are many buyers
        terms = purchases.begin(
            form_key=form.form_key,
            token=form.token,
            account_id=form.account_id,
            phone=buyer.phone,
            source_sha256=source,
            home_village=form.home_village,
        )
        if terms.facts.earlier_id is not None:
            return _placed_before(terms.facts, request_sha256=request_sha256)
        terms, kept = _without_held(terms, form=form)
        _check(terms, form=form)
        purchase = purchases.PurchaseDraft(
            id=uuids.uuid7_text(),
            form_key=form.form_key,
            request_sha256=request_sha256,
            code=purchase_codes.new(),
            account_id=None if form.ordered_by else form.account_id,
            ordered_by=form.ordered_by.account_id if form.ordered_by else None,
            buyer_name=buyer.name,
            buyer_phone=buyer.phone,
            buyer_address=buyer.address,
            source_sha256="" if terms.facts.proven else source,  # limits count the unproven
            home_village=form.home_village,
            fee_basis_points=terms.facts.fee_basis_points,
            language=form.language,
            placed_at=at,
        )
        orders = []
        for seller in sorted(terms.requested):
            with context.inside(seller):
                order = reserve.draft_order(
                    seller=seller,
                    terms=terms,
                    home_village=form.home_village,
                    selection=form.selections.get(seller, NOTHING_SELECTED),
                    at=at,
                )
                reserve.write(order=order, purchase=purchase)
            orders.append(order)
        _check_gateway(orders)
        token = purchases.record(purchase=purchase, orders=orders, basket_id=terms.facts.basket_id, kept=kept)
        events.add(kind=events.EventKind.PURCHASE_PLACED, subject_id=purchase.id, at=at)
        sold_out = [UUID(product_id) for order in orders for product_id in order.sold_out]
        if sold_out:
            catalogue.set_in_stock(listing_ids=sold_out, in_stock=False)
        by_guest = not terms.facts.proven and form.ordered_by is None
        sales.reserve(sales=[order.sale(by_guest=by_guest) for order in orders], happened_at=at)
    return Placed(UUID(purchase.id), token, purchase.code)


def _without_held(terms: purchases.CheckoutTerms, *, form: Form) -> tuple[purchases.CheckoutTerms, dict[VillageCode, int]]:
    """What of the basket can be ordered, and how many lines stay in it (by village): those of villages that are held after a restore.

    :raises trade_holds.TradeHeld: if the form orders of one of them, or there is nothing else
    """
    held = villages.held() & terms.requested.keys()
    if not held:
        return terms, {}
    others = {seller: lines for seller, lines in terms.requested.items() if seller not in held}
    for seller in sorted(held if not others else held & form.selections.keys()):
        trade_holds.refuse_order(village_code=seller)
    return dataclasses.replace(terms, requested=others), {seller: len(terms.requested[seller]) for seller in sorted(held)}


def _check_gateway(orders: Sequence[order_drafts.OrderDraft]) -> None:
    """All orders that are paid at a gateway are one payment, which each of the chosen channels must be able to take."""
    chosen = [(order.total_rupiah, channel) for order in orders if (channel := payment_methods.of(method=order.choice.method).channel)]
    total = sum(rupiah for rupiah, _channel in chosen)
    for _rupiah, channel in chosen:
        most = registry.terms()[channel].largest_rupiah
        if most is not None and total > most:
            raise errors.TooMuchAtOnce(total=total, most=most)


def _placed_before(earlier: purchases.TermsRow, *, request_sha256: str) -> Placed:
    """The purchase that this form made; one that says something else only knows its key."""
    if earlier.earlier_id is None or earlier.earlier_request_sha256 != request_sha256:
        raise FormReused
    return Placed(earlier.earlier_id, earlier.earlier_token, earlier.earlier_code)


def _check(terms: purchases.CheckoutTerms, *, form: Form) -> None:
    facts = terms.facts
    most = facts.unpaid_per_phone_max
    if facts.unpaid_of_buyer >= most:
        if form.ordered_by is not None:
            raise errors.TooManyUnpaidOfHelped(most=most)
        raise errors.TooManyUnpaid(most=most) if facts.proven else errors.TooManyUnpaidOfPhone(most=most)
    if not facts.proven and form.ordered_by is None:
        most = facts.unpaid_per_address_max
        if facts.unpaid_of_source >= most or facts.unpaid_of_network >= most * purchases.NETWORK_TIMES:
            raise errors.TooManyUnpaidOfAddress
        # What the buyer saw is what it costs: `draft_order` refuses every seller whose part is another.
        rupiah = facts.unpaid_rupiah + sum(form.selections.get(seller, NOTHING_SELECTED).expected_rupiah for seller in terms.requested)
        if rupiah > facts.unproven_unpaid_max_rupiah:
            raise errors.UnpaidSumTooLarge(most_rupiah=facts.unproven_unpaid_max_rupiah)
    if form.home_village != OUTSIDE and (terms.home_shop is None or villages.by_code(code=form.home_village).state != "active"):
        raise errors.HomeUnknown
    if not terms.requested:
        raise errors.BasketEmpty
    shown = [line for selection in form.selections.values() for line in selection.shown or ()]
    by_a_page = any(selection.shown is not None for selection in form.selections.values())
    if by_a_page and {line.product_id: line.quantity for line in shown} != terms.pieces:
        raise errors.BasketChanged


def _request_sha256(form: Form, *, buyer: Buyer) -> str:
    """All that the form said, to know it again. Keyed, or names and phone numbers could be found by trying."""
    content = {"buyer": buyer, "home": form.home_village, "selections": form.selections}
    return _keyed_sha256(request_hash.sha256(content))


def source_hash(source: str) -> str:
    """A network address as the purchase keeps it: keyed hashes of the wide and the narrow network that it stands for, to count by."""
    half = purchases.SOURCE_NETWORK_CHARACTERS
    return "".join(_keyed_sha256(network)[:half] for network in reversed(networks.of(source))) if source else ""


def _keyed_sha256(text: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()

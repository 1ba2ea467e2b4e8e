"""What a crowd does: the market's verbs, a browser's way to the checkout, and the verbs with a lock or guard taken away."""

from __future__ import annotations

import builtins
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db import connection
from django.test import Client

from federation.buying import purchases
from marketplace.checkout import place_order, reserve
from tenants.db import statements
from tests.support import buying, page_text, shopping
from tests.support.concurrency import crowd


def order_again_and_again(*, goods: Mapping[uuid.UUID, int], rounds: int, phone: str, backwards: bool) -> None:
    """Fill a basket in this order (or the other way round) and order it, many times."""
    pieces = dict(reversed(goods.items())) if backwards else goods
    for number in range(rounds):
        place_order.place(form=shopping.form(shopping.basket(pieces), phone=f"{phone}{number:02}"), at=shopping.NOON)


def open_checkout(*, product_id: uuid.UUID, phone: str) -> dict[str, Any]:
    """Go to the checkout page as a browser does, and fill in the form; `send` takes what this gives."""
    client = Client(enforce_csrf_checks=True, raise_request_exception=False, headers={"host": "localhost"})
    form = buying.to_checkout(client, {product_id: 1}).form("/keranjang/pesan/")
    form.values.update(name="Bu Wati", phone=phone, address="Dusun Kaliputih")
    return {"client": client, "form": form}


def send(*, client: Client, form: page_text.Form) -> tuple[int, str, str]:
    """Send a form: the answer's status, where it leads, and what stands in the page."""
    answer = page_text.send(client, form)
    return answer.status_code, answer.headers.get("Location", ""), page_text.read(answer).text


# -- with something taken away --

# Looks what is left, lets everybody look, and then takes: no lock before the look, no guard in the change.
LOOK = """
CREATE TEMPORARY TABLE seen ON COMMIT DROP AS
    SELECT id, on_hand - reserved AS left_over FROM marketplace_product WHERE id::text = ANY(regexp_split_to_array(%s, '[{},"]+'))
"""
GUARD = "product.on_hand - product.reserved >="


def without_stock_lock() -> None:
    """Reserve stock, of one product or several, by what a read said a moment ago."""
    for name in ("RESERVE_ONE", "RESERVE_SEVERAL"):
        whole = getattr(reserve, name)
        assert whole.text.count(GUARD) == 1
        text = whole.text.replace(GUARD, "(SELECT left_over FROM seen WHERE seen.id = product.id) >=")
        unlocked = statements.Statement(text.replace("FOR NO KEY UPDATE OF product", ""), whole.types)
        setattr(reserve, name, unlocked)
        _before(unlocked, look_and_meet)


def look_and_meet(products: str, *_: object) -> None:
    """Read what is left, and wait until everybody has."""
    say(LOOK, [products])
    wait_at_gate()


def without_buyer_lock() -> None:
    """Look for an earlier purchase of the form and for unpaid ones without making others of this buyer wait."""
    purchases.LOCK_GUEST = statements.Statement("SELECT $1, $2, $3", purchases.LOCK_GUEST.types)
    begin = purchases.begin
    held = []

    def after_everybody_looked(**terms: Any) -> Any:
        found = begin(**terms)
        if not held:  # a second try goes on alone
            held.append(True)
            wait_at_gate()
        return found

    purchases.begin = after_everybody_looked


def sellers_forwards() -> None:
    """Lock sellers in the order of their codes, hold the first, meet the others, go on; give up at the first deadlock."""
    _meet_after_first_seller(backwards=False)


def sellers_backwards() -> None:
    """The same in the opposite order."""
    _meet_after_first_seller(backwards=True)


def _meet_after_first_seller(*, backwards: bool) -> None:
    place_order.TRIES = 1
    draft_order = reserve.draft_order
    drafted: list[str] = []

    def draft_and_meet(**terms: Any) -> Any:
        found = draft_order(**terms)
        drafted.append(terms["seller"])
        if len(drafted) == 1:
            wait_at_gate()
        return found

    def ordered(items: Any, **rest: Any) -> list[Any]:
        return builtins.sorted(items, reverse=backwards and isinstance(items, dict), **rest)  # the dict holds the sellers

    reserve.draft_order = draft_and_meet
    place_order.sorted = ordered  # type: ignore[attr-defined]


def products_forwards() -> None:
    """Lock a basket's first product, meet the others, lock the rest; give up at the first deadlock."""
    place_order.TRIES = 1
    _lock_early(1)


def products_backwards() -> None:
    """The same, beginning with the second."""
    place_order.TRIES = 1
    _lock_early(2)


def products_forwards_patiently() -> None:
    """As `products_forwards`, with the tries that everybody has."""
    _lock_early(1)


def products_backwards_patiently() -> None:
    """As `products_backwards`, with the tries that everybody has."""
    _lock_early(2)


def _lock_early(place: int) -> None:
    def lock_and_meet(products: str, *_: object) -> None:
        say(f"SELECT FROM marketplace_product WHERE id = (%s::uuid[])[{place}] FOR NO KEY UPDATE", [products])
        wait_at_gate()

    _before(reserve.RESERVE_SEVERAL, lock_and_meet)


def _before(statement: statements.Statement, act: Callable[..., None]) -> None:
    """Do something, with the statement's values, each time just before it runs."""
    query_as = statements.query_as

    def act_and_query(row: Any, asked: statements.Statement, *values: Any) -> Any:
        if asked is statement:
            act(*values)
        return query_as(row, asked, *values)

    statements.query_as = act_and_query


def wait_at_gate() -> None:
    """Stand here until everybody does."""
    with connection.cursor() as cursor:
        cursor.execute(crowd.WAIT_AT_GATE)


def say(statement: str, values: Sequence[object] | None = None) -> None:
    """Tell the database something."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def forms(goods: Sequence[Mapping[uuid.UUID, int]], **wishes: Any) -> list[place_order.Form]:
    """A checkout form per basket, each of another buyer."""
    return [shopping.form(shopping.basket(pieces), **{"phone": f"0812910000{number:02}", **wishes}) for number, pieces in enumerate(goods)]

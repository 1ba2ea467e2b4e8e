"""How numbers, times and phones are written."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone, translation

from federation.buying import order_states, payment_methods
from federation.labels import figures, market_labels
from federation.templatetags import label_filters
from tenants.models import Membership


@pytest.mark.parametrize(
    ("amount", "indonesian", "english"),
    [
        (12_000, "Rp\u00a012.000", "Rp\u00a012,000"),
        (0, "Rp\u00a00", "Rp\u00a00"),
        (-1_500_000, "−Rp\u00a01.500.000", "−Rp\u00a01,500,000"),
        (None, "–", "–"),
    ],
)
def test_rupiah(amount, indonesian, english):
    with translation.override("id"):
        assert figures.rupiah(amount) == indonesian
    with translation.override("en"):
        assert figures.rupiah(amount) == english


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        (999_999, "Rp\u00a0999.999"),
        (214_600_000, "Rp\u00a0214,6\u00a0jt"),
        (4_249_000_000, "Rp\u00a04,2\u00a0M"),
        (-1_250_000, "−Rp\u00a01,2\u00a0jt"),
    ],
)
def test_rupiah_of_the_desk(amount, written):
    assert figures.rupiah_short(amount) == written


def test_days_are_near_words_or_dates():
    now = timezone.now()
    assert figures.day(now) == "hari ini"
    assert figures.day(now + timedelta(days=1)) == "besok"
    assert figures.day(datetime.fromisoformat("2020-06-10T23:30:00+00:00")) == "Kamis, 11 Juni 2020"  # already the next day in Jakarta
    assert figures.clock(datetime.fromisoformat("2020-06-10T23:05:00+00:00")) == "06.05"
    assert figures.moment(None) == "–"


def test_percent_and_basis_points():
    assert figures.percent(0.824) == "82,4\u00a0%"
    assert figures.basis_points(225) == "2,25\u00a0%"
    assert figures.basis_points(200) == "2\u00a0%"


def test_whatsapp_links_hold_8_to_15_digits_and_encoded_words():
    assert figures.whatsapp("+628123456789", "Kode K7M & lain") == "https://wa.me/628123456789?text=Kode%20K7M%20%26%20lain"
    assert figures.whatsapp("123") == ""
    assert figures.whatsapp("1" * 16) == ""
    assert figures.whatsapp("") == ""


def test_pictures_have_a_width_in_their_name():
    assert label_filters.picture("34.02.90.2001/abc", 960) == "/gambar/34.02.90.2001/abc-960.webp"
    assert label_filters.picture("") == ""


def test_every_code_has_words():
    assert set(market_labels.STATES) == set(order_states.State.values)
    assert set(market_labels.METHODS) == set(payment_methods.Method.values)
    assert set(market_labels.DELIVERIES) == set(order_states.Delivery.values)
    assert set(market_labels.ROLES) == set(Membership.Role.values)
    from federation.catalogue.categories import CATEGORIES
    from marketplace.models import Consignor, StockMovement

    assert {code: str(said) for code, said in market_labels.CATEGORIES.items()} == CATEGORIES
    assert set(market_labels.CONSIGNORS) == set(Consignor.Kind.values)
    assert set(market_labels.MOVEMENTS) == set(StockMovement.Kind.values)


def test_heat_has_five_steps():
    assert [label_filters.heat(amount, 100) for amount in (0, 1, 39, 50, 99, 100)] == ["", "h1", "h2", "h3", "h5", "h5"]

"""Words that run from right to left stay within themselves."""

from __future__ import annotations

import pytest

from tenants.text_direction import isolated


@pytest.mark.parametrize("text", ["", "Bu Wati", "Café “Sri” 200 g", "Warung 👩\u200d🌾", "ꦮꦠꦶ"])
def test_most_words_stay_as_they_are(text):
    assert isolated(text) == text


@pytest.mark.parametrize("order", "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
def test_an_order_of_direction_goes(order):
    assert isolated(f"Stok{order} habis {order}") == "Stok habis "


def test_words_from_right_to_left_are_set_apart_and_cannot_end_that_themselves():
    assert isolated("سوهرتو") == "\u2068سوهرتو\u2069"
    assert isolated("\u2069\u202eسوهرتو\u2069") == "\u2068سوهرتو\u2069"
    assert isolated(isolated("سوهرتو")) == isolated("سوهرتو")

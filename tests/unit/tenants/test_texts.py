"""What may stand as a name."""

from __future__ import annotations

import pytest

from tenants import texts
from tests.support import cases


@pytest.mark.parametrize("text", ["Bu Wati", "7", "Keripik “pedas” 200 g", "Ñandú", "ꦮꦠꦶ"])
def test_what_people_can_read_passes(text):
    assert texts.clean(f"  {text} ", most=100) == text


def test_spaces_become_single():
    assert texts.clean(" Pak \n Slamet\u00a0", most=20) == "Pak Slamet"


@pytest.mark.parametrize("text", ["", "  ", "\u200b", "Bu\u200bWati", "\u202eitaW uB", "...", "\u3164", "\u2800", "a\x00b", "x" * 11])
def test_what_nobody_sees_is_refused(text):
    with pytest.raises(texts.NotReadable):
        texts.clean(text, most=10)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("\u202a+62 812\u202c", "+62 812"),
        ("\u200e0812\u00a09999", "0812 9999"),
        ("0812\u200b\u200d9999\ufe0f", "08129999"),
        ("\ufeffKode", "Kode"),
        ("12\u202f000", "12 000"),
        ("Café", "Café"),
    ],
)
def test_a_pasted_number_or_code_loses_what_nobody_sees(text, plain):
    assert texts.without_marks(text) == plain


JAWI, EMOJI, SOFT_HYPHEN = cases.contents("names_with_joiners.txt").decode().splitlines()


@pytest.mark.parametrize("text", [JAWI, EMOJI])
def test_joiners_between_letters_that_join_and_between_emoji_are_part_of_a_name(text):
    assert texts.clean(text, most=100) == text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            cases.contents("names_with_joiners.txt").decode().splitlines()[2],
            "Setelah “Soto” ada tanda pemenggalan yang tidak terlihat (U+00AD).",
        ),
        ("Bu\u200bWati", "Setelah “Bu” ada spasi tanpa lebar (U+200B)."),
        ("Bu\u200dWati", "Setelah “Bu” ada penyambung huruf (U+200D)."),
        ("Bu Wati\u200d", "Setelah “Bu Wati” ada penyambung huruf (U+200D)."),
        ("\u202eitaW uB", "Di awal tulisan ada penanda arah tulisan (U+202E)."),
    ],
)
def test_a_sign_that_nobody_sees_is_named(text, said):
    with pytest.raises(texts.HiddenSign) as refused:
        texts.clean(text, most=100)
    assert str(refused.value).startswith(said)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Café Sri", "Cafe\u0301 Sri"),
        ("Bu Wati", "Bu\u00a0 Wati"),
        ("Bu Wati", "Bu\u200b Wa\u00adti"),
        ("Ma'mur", "Ma\u2019mur"),
        ("Desa-A", "Desa\u2011A"),
        ("سوهرتو\u200cجايا", "سوهرتوجايا"),
    ],
)
def test_names_that_look_the_same_are_one(one, other):
    assert texts.looks(one) == texts.looks(other)


def test_capitals_are_seen_and_no_second_name():
    assert texts.looks("Bu Wati") != texts.looks("bu wati")
    assert texts.key("Bu Wati") == texts.key("bu wati")


def test_a_name_is_kept_in_composed_letters():
    assert texts.clean("Cafe\u0301", most=100) == "Café"


def test_letters_that_were_lost_on_the_way_are_no_part_of_a_name():
    with pytest.raises(texts.NotDecoded, match="Ketik ulang"):
        texts.clean("Caf\ufffd", most=100)

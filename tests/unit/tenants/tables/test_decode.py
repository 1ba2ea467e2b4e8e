"""Bytes become text in the encodings that spreadsheets write, or the first line that cannot be read is named."""

from __future__ import annotations

import pytest
from django.utils import translation

from tenants.tables import decode

TEXT = "kode;nama\r\n34.02.90.2001;Sukamaju – “Café”\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_what_spreadsheets_write_is_read(encoding):
    assert decode.text(contents=TEXT.encode(encoding)) == TEXT


@pytest.mark.parametrize("mark", ["\ufeff"])
def test_a_byte_order_mark_says_which_utf_16_it_is(mark):
    for encoding in ("utf-16-le", "utf-16-be"):
        assert decode.text(contents=(mark + TEXT).encode(encoding)) == TEXT


@pytest.mark.parametrize(
    ("contents", "line"),
    [
        (b"a,b\r\n1,\x81\r\n", 2),  # no letter of Windows-1252
        ("a,b\nCafé,1\n".encode() + b"\xe9,2\n", 3),  # UTF-8 that was damaged further down
        (b"\xef\xbb\xbfa,b\r\xe9\r", 2),  # says that it is UTF-8
        ("a,b\n1,2\n".encode("utf-16")[:-1], 2),  # half a sign at its end
        (b"", 0),
    ],
)
def test_the_line_that_cannot_be_read_is_named(contents, line):
    if not line:
        assert decode.text(contents=contents) == ""
        return
    with pytest.raises(decode.NotText) as refused:
        decode.text(contents=contents)
    assert f"baris {line} tidak dapat dibaca" in str(refused.value)
    with translation.override("en"):
        assert f"line {line} cannot be read" in str(refused.value)


def test_single_noughts_do_not_make_it_utf_16():
    assert decode.text(contents=b"a\x00b,c\n") == "a\x00b,c\n"

"""The text of a file: UTF-8 with or without a byte order mark, UTF-16, or Windows-1252, which spreadsheets still write."""

from __future__ import annotations

import codecs
import re

from django.utils.translation import gettext_noop

from tenants import errors

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
# Accented letters, dashes and quotation marks in UTF-8. In Windows-1252 they would be Ã©, â€“ and the like, which nobody writes.
_UTF_8 = re.compile(rb"[\xc2\xc3][\x80-\xbf]|\xe2\x80[\x80-\xbf]")
_LINE_END = re.compile(r"\r\n|\r|\n")


class NotText(errors.DomainError):
    """The bytes are no text in an encoding that is known here."""

    kind = errors.Kind.INVALID
    code = "table-not-text"
    sentence = gettext_noop(
        "Berkas ini bukan tabel teks (CSV): baris %(line)s tidak dapat dibaca. Simpan sebagai “CSV UTF-8”, lalu coba lagi."
    )


def text(*, contents: bytes) -> str:
    """The text without its byte order mark; line ends stay as they are.

    Without a mark it is UTF-8 if all of it is; else UTF-16 if most second bytes are 0; else Windows-1252, unless some of it is UTF-8: then
    it was damaged on its way, and to read on would turn its letters into others.

    :raises NotText: with the first line that cannot be read
    """
    for mark, encoding in _MARKS:
        if contents.startswith(mark):
            return _decoded(contents[len(mark) :], encoding)
    try:
        decoded = contents.decode("utf-8")
    except UnicodeDecodeError as error:
        if encoding := _utf_16(contents):
            return _decoded(contents, encoding)
        if _UTF_8.search(contents):
            raise NotText(line=_line(contents[: error.start].decode("utf-8"))) from None
        return _decoded(contents, "cp1252")
    encoding = _utf_16(contents) if "\x00" in decoded else ""
    return _decoded(contents, encoding) if encoding else decoded


def _decoded(contents: bytes, encoding: str) -> str:
    try:
        return contents.decode(encoding)
    except UnicodeDecodeError as error:
        raise NotText(line=_line(contents[: error.start].decode(encoding, "ignore"))) from None


def _utf_16(contents: bytes) -> str:
    """The encoding of a text whose letters and digits mostly are two bytes, always the same of them 0; empty if it is another."""
    before, after = contents[0::2].count(0), contents[1::2].count(0)
    if len(contents) % 2 or max(before, after) * 4 < len(contents) or min(before, after):
        return ""
    return "utf-16-le" if after else "utf-16-be"


def _line(before: str) -> int:
    return len(_LINE_END.findall(before)) + 1

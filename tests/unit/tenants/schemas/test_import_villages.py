"""Villages out of a file: bad lines are told, the rest goes on."""

from __future__ import annotations

import pytest

from tenants import acts, models
from tenants.schemas import import_villages
from tenants.tables import decode, reader
from tests.support.factories import START

HEAD = "kode,nama,slug\n"


def _import(market, text, encoding="utf-8", **changes):
    with market.as_owner():
        return import_villages.import_csv(data=text.encode(encoding), act=acts.by_command_line(at=START), **changes)


def _slugs():
    return dict(models.Village.objects.filter(code__startswith="34.02.91").values_list("code", "slug"))


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("kode,nama\n34.02.91.2001,Mekarsari\n34.02.91.2002,Sidomulyo\n", "utf-8"),
        ("Kode;Nama;Slug\r\n34.02.91.2001;Mekarsari;\r\n34.02.91.2002;Sidomulyo;sidomulyo\r\n", "utf-8-sig"),
        ("nama\tkode\nMekarsari\t34.02.91.2001\n\n  Sidomulyo \t 34.02.91.2002", "utf-8"),
        ('"kode","nama"\n"34.02.91.2001","Mekarsari"\n"34.02.91.2002","Sidomulyo"\n', "utf-8-sig"),
        ("Kode\tNama\r\n34.02.91.2001\tMekarsari\r\n34.02.91.2002\tSidomulyo\r\n", "utf-16"),
        ("Kode;Nama;\r\n34.02.91.2001;Mekarsari\r\n34.02.91.2002;Sidomulyo;;\r\n", "cp1252"),
        ("sep=;\r\nkode;nama;slug\r\n34.02.91.2001;Mekarsari\r\n34.02.91.2002;Sidomulyo", "utf-8"),
    ],
)
def test_files_as_people_save_them(market, text, encoding):
    result = _import(market, text, encoding)
    assert (result.made, result.there, result.bad) == (2, 0, ())
    assert _slugs() == {"34.02.91.2001": "mekarsari", "34.02.91.2002": "sidomulyo"}
    assert set(models.Village.objects.values_list("state", flat=True)) == {"active"}


def test_each_bad_line_has_its_number_and_reason(market):
    seen = []
    result = _import(
        market,
        HEAD + "34,DI Yogyakarta,\n34.02,Bantul,\n34.02.91,Kapanewon,\n"  # 2 to 4: larger areas
        "34.02.91.2001,Mekarsari,\n"
        "34.02.91.201,Pendek,\n"  # 6
        "34.02.91.2002,,\n"  # 7
        "34.02.91.2001,Mekarsari,\n"  # 8: twice
        '34.02.91.2003,"Dua\nBaris",\n'  # 9 and 10
        "34.02.91.2004,Curang,sukamaju\n"  # 11: somebody's slug
        "34.02.90.2001,Bukan Sukamaju,\n"  # 12: somebody's code
        "34.02.91.2005\n"  # 13: cut off
        "34.02.91.2006,Sidomulyo,\n"
        "34.02.91.2007,Desa, yang, berkoma\n"  # 15: more cells than headings
        '34.02.91.2008,"Kutip\n',  # 16: nothing closes it
        progress=lambda done, total, code: seen.append((done, total)),
    )
    assert (result.made, result.there, result.above) == (3, 0, 3)
    assert [(row.line, row.reason.split(" ")[0]) for row in result.bad] == [
        (6, "“34.02.91.201”"),
        (7, "“”"),
        (8, "kode"),
        (11, "Alamat"),
        (12, "Kode"),
        (13, "“”"),
        (15, "jumlah"),
        (16, "tanda"),
    ]
    assert "baris 5" in result.bad[2].reason
    assert _slugs() == {"34.02.91.2001": "mekarsari", "34.02.91.2003": "dua-baris", "34.02.91.2006": "sidomulyo"}
    assert seen[-1] == (12, 12)


def test_a_second_run_goes_on_where_the_first_stopped(market):
    _import(market, HEAD + "34.02.91.2001,Mekarsari,\n")
    result = _import(market, HEAD + "34.02.91.2001,Mekarsari,\n34.02.91.2002,Sidomulyo,\n")
    assert (result.made, result.there, result.bad) == (1, 1, ())


def test_what_is_no_such_file_is_refused(market):
    for data, refusal in (
        (b"\xff\xfek\x00o", decode.NotText),
        (b"kode,nama\n34.02.91.2001,\x81\n", decode.NotText),
        (b"", reader.HeadingsNotFound),
        (b"a,b\n1,2\n", reader.HeadingsNotFound),
        (b"kode,nama,nama\n34.02.91.2001,Mekarsari,\n", reader.HeadingsNotFound),
    ):
        with pytest.raises(refusal):
            import_villages.import_csv(data=data, act=acts.by_command_line(at=START))
    assert models.Village.objects.count() == 3


def test_codes_and_names_with_signs_that_nobody_sees_make_no_second_village(market):
    result = _import(market, HEAD + "34.02.91.2001,Caf\u00e9,\n\u200b34.02.91.2001,Caf\u00e9,\n34.02.91.2002,Bu\u00adwati,\n")
    assert (result.made, [(row.line, row.reason[:36]) for row in result.bad]) == (
        1,
        [(3, "kode 34.02.91.2001 sudah ada di bari"), (4, "Setelah “Bu” ada tanda pemenggalan y")],
    )
    again = _import(market, HEAD + "34.02.91.2001,Cafe\u0301,\n")
    assert (again.there, again.bad) == (1, ())

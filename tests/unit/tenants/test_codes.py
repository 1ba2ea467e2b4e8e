"""A shop's code: a village's kode wilayah, or that of a joint enterprise of several villages, which no village has."""

from __future__ import annotations

import csv
import io
import lzma
import os
from pathlib import Path

import pytest

from tenants import codes

LIST = os.environ.get("PASARSAMA_WILAYAH", "")  # the official list, kode,nama, perhaps compressed (.xz)


@pytest.mark.parametrize("text", ["34.02.15.2004", " 34.02.15.2004\n", "\u200e34.02.15.2004\u202c", "34.02.15.9001", "11.01.01.1001"])
def test_codes_of_villages_and_joint_enterprises_are_taken(text):
    assert codes.checked(text=text) == text.strip("\u200e\u202c \n")


@pytest.mark.parametrize("text", ["", "34.02.15", "34.02.15.20040", "34.2.15.2004", "34-02-15-2004", "٣٤.02.15.2004", "F", "P"])
def test_what_is_no_code_is_refused(text):
    with pytest.raises(codes.BadVillageCode, match="34.02.15.9001"):
        codes.checked(text=text)
    with pytest.raises(ValueError, match="is not the code of a village"):
        codes.digits(text)


def test_nine_in_front_of_the_last_group_says_joint():
    assert codes.is_joint(code=codes.VillageCode("34.02.15.9001"))
    assert not codes.is_joint(code=codes.VillageCode("34.02.15.2009"))


@pytest.mark.parametrize(("text", "larger"), [("34", True), ("34.02", True), ("34.02.15", True), ("34.02.15.9001", False), ("3", False)])
def test_provinces_regencies_and_districts_are_larger_areas(text, larger):
    assert codes.is_larger_area(text=text) is larger


@pytest.mark.skipif(not LIST, reason="PASARSAMA_WILAYAH names no list of all villages (kode,nama; CSV, or CSV in .xz)")
def test_no_village_of_the_country_has_the_code_of_a_joint_enterprise():
    contents = Path(LIST).read_bytes()
    contents = lzma.decompress(contents) if LIST.endswith(".xz") else contents
    listed = [row["kode"] for row in csv.DictReader(io.StringIO(contents.decode("utf-8-sig")))]

    villages = [codes.checked(text=code) for code in listed if not codes.is_larger_area(text=code)]

    assert len(villages) > 80_000
    assert [code for code in villages if codes.is_joint(code=code)] == []

"""Every sentence that a person reads has its English; none lost a place for a value."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import translation

LOCALE = Path(__file__).resolve().parents[2] / "deploy" / "locale" / "en" / "LC_MESSAGES"
ENTRY = re.compile(r'^msgid ((?:".*"\n)+)(?:msgid_plural ((?:".*"\n)+))?((?:msgstr(?:\[\d\])? (?:".*"\n)+)+)', re.M)
PLACE = re.compile(r"%\((\w+)\)s")


def entries(text: str) -> dict[str, list[str]]:
    """msgid -> its translations."""
    found = {}
    for msgid, _plural, strings in ENTRY.findall(text):
        said = ["".join(re.findall(r'"(.*)"', part)) for part in re.split(r"msgstr(?:\[\d\])? ", strings)[1:]]
        found["".join(re.findall(r'"(.*)"', msgid))] = said
    found.pop("", None)
    return found


def test_everything_is_translated_and_keeps_its_values():
    known = entries((LOCALE / "django.po").read_text())
    assert len(known) > 500
    assert [msgid for msgid, said in known.items() if not all(said)] == []
    for msgid, said in known.items():
        for one in said:
            assert set(PLACE.findall(one)) <= set(PLACE.findall(msgid)), msgid
        assert set(PLACE.findall(msgid)) == set(PLACE.findall(" ".join(said))), msgid


def test_the_compiled_words_are_those_of_the_list():
    with translation.override("en"):
        assert translation.gettext("Keranjang") == "Basket"
        assert translation.ngettext("%(count)s jam", "%(count)s jam", 1) == "%(count)s hour"
        assert translation.ngettext("%(count)s jam", "%(count)s jam", 5) == "%(count)s hours"
        for msgid, said in entries((LOCALE / "django.po").read_text()).items():
            if len(said) == 1:
                plain = msgid.replace('\\"', '"').replace("\\n", "\n")
                assert translation.gettext(plain) == said[0].replace('\\"', '"').replace("\\n", "\n"), msgid


@pytest.mark.skipif(shutil.which("xgettext") is None, reason="gettext's tools are not installed: apt-get install gettext")
def test_no_sentence_of_the_code_is_missing_from_the_list(tmp_path, monkeypatch):
    root = LOCALE.parents[3]
    for package in ("tenants", "settlement", "federation", "marketplace", "api", "deploy"):
        shutil.copytree(root / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__", "*.mo", "*.po"))
    (tmp_path / "deploy" / "locale").mkdir(exist_ok=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("django.conf.settings.LOCALE_PATHS", [str(tmp_path / "deploy" / "locale")])
    call_command("makemessages", locale=["en"], verbosity=0, no_wrap=True)
    now = entries((tmp_path / "deploy/locale/en/LC_MESSAGES/django.po").read_text())
    assert sorted(set(now) - set(entries((LOCALE / "django.po").read_text()))) == []

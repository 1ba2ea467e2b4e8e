"""Words of people stand beside figures: what prints them sets them apart, or one mark turns a sum round."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PACKAGES = ("api", "deploy", "marketplace", "federation", "settlement", "tenants")
# The last name of what holds words that a person, a bank or another shop wrote. A field with a new such name is added here.
WORDS = frozenset(
    {
        "about",
        "address",
        "answer",
        "asked",
        "bank",
        "bumdes_name",
        "buyer_address",
        "buyer_name",
        "by_name",
        "carried_by",
        "carrier",
        "consignor_name",
        "creditor",
        "debtor",
        "description",
        "end_reason",
        "giver",
        "holder",
        "holder_name",
        "hours",
        "maker",
        "name",
        "note",
        "objected_by",
        "party",
        "reason",
        "receiver",
        "seller",
        "seller_name",
        "text",
        "transfer_details",
        "unit",
        "village",
        "village_name",
        "why",
        "words",
    }
)
# Filters that set words apart, or keep nothing that could turn. What stands in a `value` is sent back as it was.
SAFE = ("isolated", "reason", "urlencode", "label")
OURS = {
    "federation/templates/parts/message.html": {"text"},  # sentences, whose values were set apart when they were made
}
# Sentences inside a sentence, whose own values were set apart.
OUR_SENTENCES = {"problem.reason", "self.reason"}

_PRINTED = re.compile(r"(?P<before>value=\"|)\{\{ *(?P<name>[\w.]+)(?P<filters>[^}]*)\}\}")
_SENTENCE = re.compile(r"\{% blocktranslate(?P<head>[^%]*)%\}(?P<body>.*?)\{% endblocktranslate %\}", re.DOTALL)
_GIVEN = re.compile(r"(\w+)=([\w.]+)([^\s]*)")


def _is_bare(name: str, filters: str) -> bool:
    first = filters.strip().lstrip("|").partition("|")[0].partition(":")[0]
    return name.rpartition(".")[2] in WORDS and first not in SAFE


def bare_in_template(text: str) -> Iterator[str]:
    """What a template prints or hands to a sentence without setting it apart."""
    for sentence in _SENTENCE.finditer(text):
        given = {key: (name, filters) for key, name, filters in _GIVEN.findall(sentence["head"])}
        for printed in _PRINTED.finditer(sentence["body"]):
            key = printed["name"]
            name, filters = given.get(key, (key, ""))
            if _is_bare(name, filters):
                yield f"{key}={name}"
    for printed in _PRINTED.finditer(_SENTENCE.sub("", text)):
        if not printed["before"] and _is_bare(printed["name"], printed["filters"]):
            yield printed["name"]


def bare_in_module(source: str) -> Iterator[str]:
    """What a module puts into a sentence (`_("…") % {...}`, or `% values` of a dict that has a name) without setting it apart."""
    tree = ast.parse(source)
    right = [node.right for node in ast.walk(tree) if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod)]
    named = {each.id for each in right if isinstance(each, ast.Name)}
    given = [each for each in right if isinstance(each, ast.Dict)]
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Dict) and named & {ast.unparse(target) for target in node.targets}:
            given.append(node.value)
    for values in given:
        for key, value in zip(values.keys, values.values, strict=True):
            for bare in _bare_words(value):
                yield f"{ast.unparse(key) if key else '**'}={bare}"


def _bare_words(value: ast.expr) -> Iterator[str]:
    """Names of words in an expression, beside every call: what a call gives, its own module answers for."""
    if isinstance(value, ast.Attribute | ast.Name):
        last = value.attr if isinstance(value, ast.Attribute) else value.id
        if last in WORDS and ast.unparse(value) not in OUR_SENTENCES:
            yield ast.unparse(value)
    elif isinstance(value, ast.BoolOp | ast.IfExp):
        for part in value.values if isinstance(value, ast.BoolOp) else (value.body, value.orelse):
            yield from _bare_words(part)


def _templates() -> list[Path]:
    return sorted(path for package in PACKAGES for path in (ROOT / package).rglob("templates/**/*.html"))


def test_templates_set_words_of_people_apart():
    found = {}
    for path in _templates():
        place = str(path.relative_to(ROOT))
        bare = [name for name in bare_in_template(path.read_text(encoding="utf-8")) if name not in OURS.get(place, ())]
        if bare:
            found[place] = bare
    assert found == {}


def test_sentences_set_words_of_people_apart():
    modules = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py") if "bench" not in path.parts]
    found = {str(path.relative_to(ROOT)): bare for path in modules if (bare := list(bare_in_module(path.read_text(encoding="utf-8"))))}
    assert found == {}


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("<b>{{ order.buyer_name }}</b>", ["order.buyer_name"]),
        ('{{ order.buyer_name|default:_("x") }}', ["order.buyer_name"]),
        ("{{ order.buyer_name|isolated }} {{ row.reason|reason }}", []),
        ('<input value="{{ row.name }}">{{ row.total_rupiah|rupiah }}', []),
        ("{% blocktranslate trimmed with name=row.name %}Dari {{ name }}{% endblocktranslate %}", ["name=row.name"]),
        ("{% blocktranslate trimmed with name=row.name|isolated n=row.count %}{{ name }} {{ n }}{% endblocktranslate %}", []),
        ("{% blocktranslate trimmed %}Dari {{ name }}{% endblocktranslate %}", ["name=name"]),
    ],
)
def test_the_search_sees_templates(text, bare):
    assert list(bare_in_template(text)) == bare


@pytest.mark.parametrize(
    ("source", "bare"),
    [
        ('_("%(a)s") % {"a": order.buyer_name}', ["'a'=order.buyer_name"]),
        ('_("%(a)s") % {"a": reason}', ["'a'=reason"]),
        ('values = {"a": order.end_reason or _("x")}\n_("%(a)s") % values', ["'a'=order.end_reason"]),
        ('_("%(a)s") % {"a": text_direction.isolated(order.buyer_name), "b": order.count}', []),
    ],
)
def test_the_search_sees_sentences(source, bare):
    assert list(bare_in_module(source)) == bare

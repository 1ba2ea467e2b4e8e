"""{% kept a b c %} ... {% endkept %}: a part of a page that looks the same whenever these values and the language are the same (a template
builtin). It is rendered once and kept in the process, so that a page which is not kept as a whole pays for its own part only: menus, search
box and filters took three quarters of the market page's time.

What stands inside may use nothing else that differs between visitors: no name, no form token, no message.
"""

from __future__ import annotations

from typing import Any

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()

PARTS_MAX = 256  # of one place in one template; beyond, all are dropped and those in use come back


class Kept(template.Node):
    """One place in one compiled template, which all threads share: two that render it at once keep the same text."""

    child_nodelists = ()  # no blocks in here: a template that extends this one could not change what is kept

    def __init__(self, nodelist: NodeList, values: list[FilterExpression]) -> None:
        self.nodelist = nodelist
        self._values = values
        self._parts: dict[tuple[Any, ...], SafeString] = {}

    def render(self, context: template.Context) -> SafeString:
        key = (get_language(), *(value.resolve(context, ignore_failures=True) for value in self._values))
        part = self._parts.get(key)
        if part is None:
            part = self.nodelist.render(context)
            if len(self._parts) >= PARTS_MAX:
                self._parts.clear()
            self._parts[key] = part
        return part


@register.tag
def kept(parser: Parser, token: Token) -> Kept:
    values = [parser.compile_filter(word) for word in token.split_contents()[1:]]
    nodelist = parser.parse(("endkept",))
    parser.delete_first_token()
    return Kept(nodelist, values)

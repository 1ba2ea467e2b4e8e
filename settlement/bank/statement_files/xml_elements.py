"""XML whose namespaces change from version to version: elements by their local names, one level at a time."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element  # noqa: S405 - the type only; what comes from outside goes through defusedxml


def name(element: Element) -> str:
    """An element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def children(element: Element | None, tag: str) -> list[Element]:
    """The children of that local name, in their order."""
    return [] if element is None else [child for child in element if name(child) == tag]


def child(element: Element | None, *path: str) -> Element | None:
    """The first element down a path of local names; None if there is none."""
    for tag in path:
        element = next(iter(children(element, tag)), None)
    return element


def text(element: Element | None, *path: str) -> str:
    """The text of the first element down a path, blanks around it removed; empty if there is none."""
    found = child(element, *path)
    return "" if found is None else (found.text or "").strip()


def leaves(element: Element | None, *tags: str) -> Iterator[str]:
    """The texts of all elements of these names, however deep, in their order."""
    if element is not None:
        yield from ((found.text or "").strip() for found in element.iter() if name(found) in tags and (found.text or "").strip())

"""Equal requests have one hash, in whatever form their values come; what is not plain has none."""

from __future__ import annotations

import dataclasses
import datetime
import uuid

import pytest

from tenants import request_hash


@dataclasses.dataclass(frozen=True)
class Fields:
    name: str
    pieces: int


def test_a_request_of_plain_values_has_one_hash():
    product = uuid.uuid4()
    same = [
        {"product": product, "fields": Fields("Keripik", 3), "on": datetime.date(2026, 6, 1), "pieces": {product: 1}, "some": (1, 2)},
        {
            "some": [1, 2],
            "on": "2026-06-01",
            "pieces": {str(product): 1},
            "fields": {"pieces": 3, "name": "Keripik"},
            "product": str(product),
        },
    ]
    assert len({request_hash.sha256(request) for request in same}) == 1
    assert request_hash.sha256({"text": "\ud800"})  # half a sign out of JSON has one too
    with pytest.raises(TypeError, match="bytes"):
        request_hash.sha256({"picture": b"x"})
    with pytest.raises(TypeError, match="float"):
        request_hash.sha256({"price": 1.5})

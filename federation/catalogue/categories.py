"""What kinds of goods the market knows: the code that a product keeps, and its Indonesian name."""

from __future__ import annotations

CATEGORIES = {
    "sembako": "Sembako",
    "sayur-buah": "Sayur & buah",
    "jajanan": "Jajanan pasar",
    "rumah-tangga": "Rumah tangga",
    "kerajinan": "Kerajinan",
    "wisata": "Paket wisata",
}

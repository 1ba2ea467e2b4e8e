"""Pictures of products: out of their folder only."""

from __future__ import annotations

from django.conf import settings


def test_pictures_come_from_their_folder_only(visitor, tmp_path, monkeypatch):
    root = tmp_path / "gambar"
    (root / "34.02").mkdir(parents=True)
    (root / "34.02" / "satu-320.webp").write_bytes(b"RIFF")
    (tmp_path / "rahasia.webp").write_bytes(b"rahasia")
    (root / "lewat.webp").symlink_to(tmp_path / "rahasia.webp")
    monkeypatch.setattr(settings, "MEDIA_ROOT", root)
    response = visitor.get("/gambar/34.02/satu-320.webp")
    assert response.status_code == 200
    assert b"".join(response.streaming_content) == b"RIFF"
    assert "immutable" in response["Cache-Control"]
    for name in (
        "../rahasia.webp",
        "34.02/../../rahasia.webp",
        "%2e%2e/rahasia.webp",
        "lewat.webp",
        "34.02/dua-320.webp",
        "34.02",
        "/etc/passwd",
        "%E0%B8%81" * 120 + ".webp",  # longer than a file system's names, in bytes
        "34.02/satu-320.webp/dua.webp",
    ):
        assert visitor.get(f"/gambar/{name}").status_code == 404, name

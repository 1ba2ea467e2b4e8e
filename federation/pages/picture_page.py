"""Pictures of products out of MEDIA_ROOT. Their names are never used again, so browsers may keep them."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe


@require_safe
def picture(request: HttpRequest, name: str) -> FileResponse:
    """GET /gambar/<key>-320.webp"""
    del request
    root = Path(settings.MEDIA_ROOT).resolve()
    try:
        path = (root / name).resolve()  # follows links and ".." before it is judged
        if not path.is_relative_to(root) or not path.is_file():
            raise Http404
        file = path.open("rb")
    except OSError:  # a name that no file can have, a folder for a file, a file that is gone or closed to us
        raise Http404 from None
    response = FileResponse(file, content_type="image/webp")
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response

"""Where a buyer's home village is chosen: a short list while the villages are few, else a field to type in and what it finds to pick from.

It is a part of the form around it and works without script: the form comes back with what was found and with all that was typed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from federation.buying import purchase_details
from federation.members import profiles, village_search
from federation.members.village_search import MOST
from federation.web import visitors
from tenants import codes, villages
from tenants.codes import VillageCode
from tenants.villages import VillageInfo

OUTSIDE = "luar"  # the form's word for a home outside the federation; empty means that nothing was chosen yet
KEEP_SECONDS = 365 * 24 * 3600
RECENT_MOST = 4
_COOKIE, _BETWEEN = "desa", "_"
_COOKIE_CHARACTERS_MAX = 100


@dataclass(frozen=True)
class HomeChoice:
    """What the part of the form shows, and what was chosen."""

    few: Sequence[profiles.Name]  # all villages, where they are few; then nothing is looked for
    found: Sequence[VillageInfo]  # to pick from, the chosen one among them
    more: bool  # there are more than are shown
    words: str  # what was looked for
    chosen: str  # a village that sells, OUTSIDE, or empty
    looking: bool  # the form was sent to look for a village, not to go on
    missing: bool = False  # it was sent to go on, without a choice

    @property
    def village_code(self) -> VillageCode | None:
        """The village to go on with, codes.OUTSIDE, or None where the form has to be shown once more."""
        if self.looking or not self.chosen:
            return None
        return codes.OUTSIDE if self.chosen == OUTSIDE else VillageCode(self.chosen)


def shown(*, recent: Sequence[str]) -> HomeChoice:
    """The choice before anything was sent: the homes that were chosen last are offered, the newest of them is marked."""
    return _choice({"desa": recent[0] if recent else ""}, recent, sent=False)


def sent(form: Mapping[str, str], *, recent: Sequence[str] = ()) -> HomeChoice:
    """The choice as a form sent it; where nothing is looked for, the homes that were chosen last are offered again.

    Words that were not looked for yet are looked for first, whichever button was pressed: who typed another village is not sent on with
    the one that was marked before. The whole name of one village only, or its code, is a choice.
    """
    return _choice(form, recent, sent=True)


def _choice(form: Mapping[str, str], recent: Sequence[str], *, sent: bool) -> HomeChoice:
    few, chosen = profiles.few_open(), form.get("desa", "")
    if few:
        chosen = chosen if chosen == OUTSIDE or chosen in {shop.village_code for shop in few} else ""
        return HomeChoice(few, (), more=False, words="", chosen=chosen, looking=False, missing=sent and not chosen)
    words = village_search.read(form.get("cari_desa", ""))
    looking = bool(words) and (words != village_search.read(form.get("dicari", "")) or "cari" in form)
    found = village_search.find(words=words, among=villages.active())
    others = [] if words else [VillageCode(code) for code in recent]
    open_codes = profiles.open_among(village_codes=[village.code for village in found[: 2 * MOST]] + [VillageCode(chosen), *others])
    found = [village for village in found[: 2 * MOST] if village.code in open_codes]
    more, found = len(found) > MOST, found[:MOST]
    if looking:
        named = [village for village in found if village_search.is_named(village, words)]
        picked = named if len(named) == 1 else found
        chosen = picked[0].code if len(picked) == 1 else ""
        looking = "cari" in form or len(named) != 1
    if chosen != OUTSIDE and chosen not in open_codes:
        chosen = ""
    known = {village.code for village in found}
    offered = dict.fromkeys(code for code in (VillageCode(chosen), *others) if code in open_codes and code not in known)
    found = [*(villages.by_code(code=code) for code in offered), *found]
    return HomeChoice((), found, more=more, words=words, chosen=chosen, looking=looking, missing=sent and not looking and not chosen)


def recent(request: HttpRequest) -> list[str]:
    """The homes that this visitor chose last, the newest first: on the basket, in this browser, with the account, in its purchases."""
    basket, account_id = visitors.basket(request=request), visitors.account_id(request=request)
    found = [basket.home_village or OUTSIDE] if basket is not None and basket.home_chosen else []
    found += _kept(request)
    if account_id is not None:
        found.append(str(request.user.home_village))  # type: ignore[union-attr]
        found += [code or OUTSIDE for code in purchase_details.homes_of(account_id=account_id, most=RECENT_MOST)]
    return [code for code in dict.fromkeys(found) if code][:RECENT_MOST]


def _kept(request: HttpRequest) -> list[str]:
    return request.COOKIES.get(_COOKIE, "")[:_COOKIE_CHARACTERS_MAX].split(_BETWEEN)


def remember(request: HttpRequest, response: HttpResponse, village_code: VillageCode) -> None:
    """Let this browser know the home next time, and those before it."""
    homes = dict.fromkeys([village_code or OUTSIDE, *_kept(request)])
    response.set_cookie(
        _COOKIE,
        _BETWEEN.join([code for code in homes if code][:RECENT_MOST]),
        max_age=KEEP_SECONDS,
        path="/",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )

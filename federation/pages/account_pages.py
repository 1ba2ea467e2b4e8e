"""Logging in and out, and opening an account."""

from __future__ import annotations

from typing import Any

from django.contrib import auth
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from federation.buying import baskets
from federation.pages import account_forms, home_choice
from federation.web import error_pages, visitors, workplaces
from tenants.errors import DomainError
from tenants.people import accounts


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("password")
def log_in(request: HttpRequest) -> HttpResponse:
    """GET, POST /masuk/?next=<path>"""
    form = account_forms.LogIn(request.POST or None)
    refusal: DomainError | None = None
    if form.is_valid():
        typed = form.cleaned_data
        try:
            user = accounts.authenticate(
                phone=typed["phone"],
                password=typed["password"],
                source=visitors.source(request=request),
                browser=visitors.known_browser(request=request),
            )
            return _enter(request, user)
        except DomainError as why:
            refusal = why
    values = {"form": form, "refusal": refusal, "next": _next(request)}
    return render(request, "market/login.html", values, status=_status(form, refusal))


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("password")
def register(request: HttpRequest) -> HttpResponse:
    """GET, POST /daftar/?next=<path>"""
    form = account_forms.Register(request.POST or None)
    refusal: DomainError | None = None
    recent = home_choice.recent(request) or [home_choice.OUTSIDE]
    typed = {"desa": recent[0], **request.POST.dict()}
    home = home_choice.sent(typed, recent=recent) if form.is_bound else home_choice.shown(recent=recent)
    if home.looking:
        form.keep_password()
        form.errors.clear()  # nothing was sent yet
    elif form.is_valid() and home.village_code is not None:
        try:
            user = accounts.register(
                phone=form.cleaned_data["phone"],
                name=form.cleaned_data["name"],
                password=form.cleaned_data["password"],
                home_village=home.village_code,
                at=timezone.now(),
                source=visitors.source(request=request),
            )
            response = _enter(request, user)
            home_choice.remember(request, response, home.village_code)
            return response
        except DomainError as why:
            refusal = why
    values = {"form": form, "refusal": refusal, "next": _next(request), "home": home, "outside": home_choice.OUTSIDE}
    answer = render(request, "market/register.html", values, status=422 if home.missing and refusal is None else _status(form, refusal))
    patch_cache_control(answer, private=True, no_store=True)
    return answer


@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    """POST /keluar/"""
    auth.logout(request)
    return redirect("market")


def _enter(request: HttpRequest, user: Any) -> HttpResponseRedirect:
    """Open the session (with a new key), take the guest's basket along, and go where the visitor wanted to."""
    guest_token = visitors.token(request=request)
    auth.login(request, user, backend=accounts.BACKEND)
    if guest_token:
        baskets.merge(token=guest_token, account_id=user.pk, at=timezone.now())
    response = HttpResponseRedirect(_next(request) or workplaces.first_url(user_id=user.pk, on=timezone.localdate()) or reverse("market"))
    visitors.forget(response=response)
    visitors.remember_known(request=request, response=response, user=user)
    return response


def _next(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    return wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()) else ""


def _status(form: Any, refusal: DomainError | None) -> int:
    if refusal is not None:
        return error_pages.STATUS[refusal.kind]
    return 422 if form.is_bound and form.errors else 200

"""In which language a page of the sandbox is: English or Russian."""

from __future__ import annotations

from flask import request

LANGUAGES = ('en', 'ru')
COOKIE = 'payment-page-sandbox-language'  # services on other ports get it, too


def chosen_language() -> str:
    """Return the language that was chosen, or else that of the browser."""
    chosen = request.cookies.get(COOKIE)
    return chosen if chosen in LANGUAGES else browser_language()


def browser_language() -> str:
    """Return the first language of the browser that the sandbox has, or English."""
    wanted = [tag.partition('-')[0].lower() for tag in request.accept_languages.values()]
    return next((language for language in wanted if language in LANGUAGES), 'en')

"""Makes the message of a mail in the outbox: words from a template, addresses and links from the settings."""

from __future__ import annotations

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qs, quote

from gis_service.alerts import UNCONFIRMED_FOR, Subscription
from gis_service.mail.outbox import Mail
from gis_service.settings import Settings
from maps import i18n, mails
from maps.portal import described, filters


def compose(settings: Settings, mail: Mail, token: str | None, sub: Subscription | None, now: datetime) -> EmailMessage:
    """The message with both bodies and all headers.

    `token` opens the page of the alert `sub`, both None for mail about an enquiry.
    """
    base = settings.public_url.rstrip("/")
    own = f"{base}/alerts/of/{token}" if token else None
    authority = settings.authority_name_vi if mail.language == "vi" else settings.authority_name_en
    letter = mails.write(
        mail.kind, mail.language, authority=authority, **_facts(base, own, mail, sub)
    )  # fmt: skip
    message = EmailMessage()
    message["From"] = Address(authority, addr_spec=settings.mail_from)
    message["To"] = Address(addr_spec=mail.recipient)
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{mail.message_id}@{settings.mail_from.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    if own:
        message["List-Unsubscribe"] = f"<{own}/stop>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    # Only now: what is called Content-… before goes down with the first body.
    message["Content-Language"] = i18n.TAGS.get(mail.language, mail.language)
    return message


def read_search(search: str) -> filters.PlotFilter:
    """The filter of a saved search, as it stood in an address."""
    asked, _ = filters.parse(parse_qs(search))
    return asked


def _facts(base: str, own: str | None, mail: Mail, sub: Subscription | None) -> dict[str, Any]:
    if mail.kind in ("receipt", "notice"):
        path = "/desk/enquiries" if mail.kind == "notice" else f"/enquiries/{mail.facts['receipt']}"
        return {"subject": mail.facts["receipt"], "receipt": mail.facts["receipt"], "about": mail.facts["subject"],
                "link": base + path}  # fmt: skip
    assert sub is not None
    asked = read_search(sub.search)
    shared = {
        "subject": "", "link": own, "lines": described.in_words(asked, mail.language),
        "list_link": base + asked.address(), "frequency": sub.frequency, "ends_on": sub.expires_at,
        "hours": int(UNCONFIRMED_FOR.total_seconds() // 3600),
    }  # fmt: skip
    if mail.kind == "confirm":
        return shared
    told = [_told(base, one, mail.language) for one in mail.facts["changes"]]
    return shared | {"changes": told, "total": mail.facts["total"], "subject": str(mail.facts["total"])}


def _told(base: str, one: dict[str, Any], lang: str) -> dict[str, Any]:
    known = one["what"] != "new" and one["was_status"] is not None
    return {
        **one,
        "zone": one["zone_name"] if lang == "vi" or not one["zone_name_en"] else one["zone_name_en"],
        "was_status": one["was_status"] if known else None,
        "price_changed": known and one["was_price"] != one["price"],
        "link": f"{base}/plots/{quote(one['zone_code'])}/{quote(one['code'], safe='')}",
    }

"""A person at a page: the same walk by mouse, by keyboard alone, and with a thumb on a phone, in either language.

By keyboard a thing is reached with the Tab key as somebody without a mouse has to: what Tab does not reach
cannot be used.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from maps import i18n
from tests.browser.conftest import DESKTOP, PHONE, NewTab, Tab

WAYS = ("mouse", "keyboard", "phone")
LOCALES = {"vi": "vi-VN", "en": "en-GB"}
MOST_STEPS = 250
SLOW_MS = 30_000
"""A busy machine is no failure."""


@dataclass(frozen=True, slots=True)
class Walker:
    """Somebody who uses a tab in one way and one language."""

    tab: Tab
    way: str
    lang: str
    server: str

    @property
    def page(self) -> Page:
        return self.tab.page

    def says(self, key: str, /, **facts: object) -> str:
        """The text of that key in the language of the walker."""
        return i18n.translate(self.lang, key, **facts)

    def land(self, path: str = "/invest") -> None:
        """Come from outside, as by a link of a letter."""
        self.page.goto(f"{self.server}{path}")

    def press(self, what: Locator) -> None:
        """Click, tap, or reach it and press Enter."""
        expect(what).to_be_visible(timeout=SLOW_MS)
        if self.way == "keyboard":
            self.reach(what)
            self.page.keyboard.press("Enter")
        else:
            what.click(timeout=SLOW_MS)

    def tick(self, what: Locator) -> None:
        """Check a box."""
        if self.way == "keyboard":
            self.reach(what)
            self.page.keyboard.press("Space")
        else:
            what.check(timeout=SLOW_MS)
        expect(what).to_be_checked()

    def write(self, what: Locator, text: str) -> None:
        """Put text into a field that is empty."""
        if self.way == "keyboard":
            self.reach(what)
        else:
            what.click(timeout=SLOW_MS)
        self.page.keyboard.insert_text(text)
        expect(what).to_have_value(text)

    def choose(self, what: Locator, value: str) -> None:
        """Take an entry of a list."""
        if self.way == "keyboard":
            place = what.evaluate("(e, value) => [...e.options].findIndex((one) => one.value === value)", value)
            self.reach(what)
            self.page.keyboard.press("Home")
            for _ in range(place):
                self.page.keyboard.press("ArrowDown")
        else:
            what.select_option(value, timeout=SLOW_MS)
        expect(what).to_have_value(value)

    def reach(self, what: Locator) -> None:
        """Press Tab until it has the focus; already there is there."""
        expect(what).to_be_visible(timeout=SLOW_MS)
        for _ in range(MOST_STEPS):
            if what.evaluate("e => e === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab does not reach {what}")

    def look(self) -> None:
        """What every page owes its reader: nothing serious for axe, no sideways scrolling, its language."""
        if self.way != "keyboard":  # the same page as by mouse
            found = Axe().run(self.page).response["violations"]
            serious = [one for one in found if one["impact"] in ("serious", "critical")]
            assert [(one["id"], one["nodes"][0]["target"]) for one in serious] == []
        wide, room = self.page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert wide <= room, self.page.url
        expect(self.page.locator("html")).to_have_attribute("lang", self.lang)

    def leave(self) -> None:
        """At the end: nothing was asked of anybody else, nothing was complained about."""
        own = (self.server, "data:", "blob:")
        assert [url for url in self.tab.requests if not url.startswith(own)] == []
        assert self.tab.complaints == []


def walker(new_tab: NewTab, server: str, way: str, lang: str) -> Walker:
    """Somebody new, with nothing remembered."""
    made: dict[str, Any] = {"size": PHONE if way == "phone" else DESKTOP, "lang": LOCALES[lang]}
    return Walker(new_tab(**made), way, lang, server)

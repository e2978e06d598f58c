"""An estate of a YAML case in the words of the rules."""

from __future__ import annotations

from datetime import date
from typing import Any

from addressing.rules.estate_model import Estate, EstateResult, Part, PartKind
from addressing.rules.estates import name_estate
from addressing.rules.model import Side
from addressing.rules.policy import Policy, PolicyRecord, policy_on
from addressing.rules.questions import Inquiry


def read_estate(facts: dict[str, Any]) -> Estate:
    """Parts are keyed by their label, which a case uses once."""
    parts = []
    for at, (kind, label, parent, given) in enumerate(facts["parts"]):
        values = {**given, "side": Side(given["side"]) if "side" in given else None}
        values["avoided"] = tuple(given.get("avoided", ()))
        parts.append(Part(label, PartKind(kind), parent or None, label, place=at, **values))
    gone = frozenset((scope, PartKind(kind), name) for scope, kind, name in facts.get("gone", []))
    return Estate(
        "E", "Khu nhà thử", facts.get("street", "Đường Số 3"), tuple(parts), is_block="block" in facts,
        house_number=facts.get("block") or None, gone=gone,
    )  # fmt: skip


def policy_of(facts: dict[str, Any]) -> Policy:
    """The local policy of a case."""
    day = date(2026, 1, 1)
    return policy_on(day, [PolicyRecord(name, value, day, "1/QĐ") for name, value in facts.get("policy", {}).items()])


def name(facts: dict[str, Any]) -> EstateResult:
    """What the rules say."""
    return name_estate(read_estate(facts), policy_of(facts), Inquiry(facts.get("answers", {})))

"""What each role may do: the one table that every route and command is checked against.

An operation that is not listed is refused. Rules about a single record (author and approver are
two people) are held by the database and by the function that does the work.
"""

from __future__ import annotations

from gis_service.identity.model import Identity
from gis_service.identity.tables import ROLES

EVERYONE = frozenset(ROLES)
SIGNED_IN = EVERYONE - {"public"}
STAFF = EVERYONE - {"public", "investor"}
ADMINISTRATOR = frozenset({"administrator"})
STEWARDS = frozenset({"data_steward", "administrator"})
OFFICERS = frozenset({"address_officer"})
APPROVERS = frozenset({"approver"})
DECIDERS = OFFICERS | APPROVERS
DESK = DECIDERS | ADMINISTRATOR
HEADS = APPROVERS | ADMINISTRATOR
PLANNERS = frozenset({"analyst", "planner", "administrator"})

OPERATIONS: dict[str, frozenset[str]] = {
    "accounts.add": ADMINISTRATOR,
    "accounts.areas": ADMINISTRATOR,
    "accounts.close": ADMINISTRATOR,
    "accounts.grant": ADMINISTRATOR,
    "accounts.link": ADMINISTRATOR,
    "accounts.open": ADMINISTRATOR,
    "accounts.read": ADMINISTRATOR,
    "accounts.revoke": ADMINISTRATOR,
    "accounts.token": ADMINISTRATOR,
    "accounts.unlock": ADMINISTRATOR,
    "alerts.ask": EVERYONE,
    "alerts.use": EVERYONE,
    "attachments.read": DESK,
    "attachments.store": OFFICERS,
    "audit.read": ADMINISTRATOR,
    "cases.answer": DECIDERS,
    "cases.assign": DECIDERS,
    "cases.hand_in": EVERYONE,
    "cases.read": DESK,
    "cases.receive": OFFICERS,
    "cases.status": EVERYONE,
    "cases.work": OFFICERS,
    "certificates.issue": APPROVERS,
    "certificates.read": DESK,
    "certificates.withdraw": APPROVERS,
    "client_pages.make": PLANNERS,
    "client_pages.read": PLANNERS,
    "client_pages.revoke": PLANNERS,
    "client_pages.view": EVERYONE,
    "collections.delete": STEWARDS,
    "collections.read": EVERYONE,
    "collections.write": STEWARDS,
    "convert.ask": EVERYONE,
    "convert.batch": STAFF,
    "coverage.measured": STAFF,
    "coverage.read": EVERYONE,
    "coverage.run": frozenset({"analyst", "administrator"}),
    "coverage.siting": PLANNERS,
    "coverage.whatif": PLANNERS,
    "demo.load": ADMINISTRATOR,
    "desk.read": STAFF,
    "documents.read": STAFF,
    "entrances.move": OFFICERS,
    "enquiries.handle": PLANNERS,
    "enquiries.read": PLANNERS,
    "enquiries.send": EVERYONE,
    "enquiries.status": EVERYONE,
    "estates.end": APPROVERS,
    "estates.enter": OFFICERS,
    "estates.read": STAFF,
    "features.read": EVERYONE,
    "geocode.batch": STAFF,
    "health.read": EVERYONE,
    "holidays.list": HEADS,
    "holidays.read": STAFF,
    "imports.read": STEWARDS,
    "imports.run": STEWARDS,
    "jobs.cancel": STAFF,
    "jobs.read": STAFF,
    "land_files.list": STEWARDS,
    "land_files.read": EVERYONE,
    "land_files.write": STEWARDS,
    "links.use": EVERYONE,
    "metrics.read": EVERYONE,
    "numbers.change.approve": APPROVERS,
    "numbers.change.ask": OFFICERS,
    "numbers.change.preview": DECIDERS,
    "numbers.change.read": STAFF,
    "numbers.change.reject": DECIDERS,
    "numbers.enter": OFFICERS,
    "numbers.give": APPROVERS,
    "numbers.record": STAFF,
    "pages.read": EVERYONE,
    "parse.ask": EVERYONE,
    "passwords.change": SIGNED_IN,
    "places.address": OFFICERS,
    "places.code": OFFICERS,
    "places.codes": STAFF,
    "places.find": EVERYONE,
    "places.look_up": EVERYONE,
    "places.prefer": OFFICERS,
    "places.read": EVERYONE,
    "places.readdress": APPROVERS,
    "places.record": STAFF,
    "plates.fix": OFFICERS,
    "plates.issue": OFFICERS,
    "plates.make": OFFICERS,
    "plates.order": OFFICERS,
    "plates.read": DESK,
    "plates.withdraw": DECIDERS,
    "plots.read": EVERYONE,
    "policies.read": STAFF,
    "policies.set": HEADS,
    "reports.handle": PLANNERS | STEWARDS,
    "reports.read": PLANNERS | STEWARDS,
    "reports.send": EVERYONE,
    "reports.status": EVERYONE,
    "reverse.ask": EVERYONE,
    "series.make": STAFF,
    "sessions.begin": EVERYONE,
    "sessions.end": EVERYONE,
    "sessions.read": EVERYONE,
    "search.learn": STEWARDS,
    "search.read": EVERYONE,
    "streets.certify": OFFICERS,
    "streets.number.answer": OFFICERS,
    "streets.number.approve": APPROVERS,
    "streets.number.issue": APPROVERS,
    "streets.number.propose": OFFICERS,
    "streets.number.read": EVERYONE,
    "streets.number.reject": APPROVERS,
    "streets.number.review": STAFF,
    "streets.number.submit": OFFICERS,
    "streets.number.withdraw": OFFICERS,
    "streets.quality": STAFF,
    "tiles.read": EVERYONE,
    "tokens.make": SIGNED_IN,
    "tokens.read": SIGNED_IN,
    "tokens.revoke": SIGNED_IN,
    "views.open": EVERYONE,
    "views.read": STAFF,
    "views.share": PLANNERS,
    "views.write": STAFF,
}

_FOR_PEOPLE = ("accounts.", "audit.", "links.", "passwords.", "sessions.", "tokens.")
_WHO_AM_I = "sessions.read"


def may(identity: Identity, operation: str) -> bool:
    """Whether one of the roles of this identity is listed for the operation."""
    return not identity.roles.isdisjoint(OPERATIONS.get(operation, frozenset()))


def is_for_programs(operation: str) -> bool:
    """Whether an access token may be used for it: data yes, accounts and whatever guards them no."""
    return operation == _WHO_AM_I or not operation.startswith(_FOR_PEOPLE)

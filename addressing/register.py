"""The register: places, their house numbers, and the proposals and decisions behind them.

Nothing issued is overwritten: a change closes the old row and opens a new one. The unique keys
here, not the code above them, are what keeps two officers from issuing one number twice.
"""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import DATERANGE, JSONB, ExcludeConstraint

from layers.schema import (
    change_columns,
    geometry_checks,
    geometry_columns,
    identity_column,
    metadata,
    one_of,
    validity_columns,
)

NUMBER_STATUSES = ("reserved", "in_force", "retired")
PROPOSAL_STATUSES = ("draft", "submitted", "approved", "issued", "rejected")
OFFICIAL_CODE_KINDS = (
    "location_code", "real_estate_code", "works_code", "parcel_code", "postcode",
)  # fmt: skip

places = Table(
    "places",
    metadata,
    Column("id", Text, primary_key=True, comment="Our place id with its check character."),
    Column("kind", Text, nullable=False, server_default=text("'building'")),
    Column("entrance_id", ForeignKey("gis.entrances.id"), comment="Its main entrance."),
    Column("plot_id", ForeignKey("gis.plots.id")),
    Column("enterprise_id", ForeignKey("gis.enterprises.id")),
    Column("certificate_address", Text, comment="Private: as on the land certificate."),
    *change_columns(),
    *geometry_columns("POINT"),
    *geometry_checks(),
    one_of("kind", ("building", "empty_land", "works", "group", "stair", "floor", "flat")),
    CheckConstraint(r"id ~ '^[0-9A-Z]{6,16}$'", name="id_form"),
    Index("ix_places_geom", "geom", postgresql_using="gist"),
    Index("ix_places_geom_3857", "geom_3857", postgresql_using="gist"),
    Index("uq_places_entrance_id", "entrance_id", unique=True),
    comment="Things that have addresses. The id never changes and is never used again.",
)

official_codes = Table(
    "official_codes",
    metadata,
    identity_column(),
    Column("place_id", ForeignKey("gis.places.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("issuer", Text, nullable=False, comment="Who issued it. We never mint one."),
    Column("issued_on", Date),
    *change_columns(),
    one_of("kind", OFFICIAL_CODE_KINDS),
    CheckConstraint(
        "(kind <> 'location_code' OR code ~ '^[0-9]{12}$')"
        " AND (kind <> 'postcode' OR code ~ '^[0-9]{5}$')"
        " AND (kind <> 'real_estate_code' OR code ~ '^[0-9A-Z.-]{1,40}$')",
        name="code_form",
    ),
    # A postcode is shared; every other code belongs to one place.
    Index("uq_official_codes_kind_code", "kind", "code", unique=True, postgresql_where=text("kind <> 'postcode'")),
    Index("uq_official_codes_place_kind_code", "place_id", "kind", "code", unique=True),
    comment="Codes that the state gave to a place, with issuer and date.",
)

decisions = Table(
    "decisions",
    metadata,
    identity_column(),
    Column("number", Text, nullable=False, comment="Such as 345/QĐ-UBND."),
    Column("decided_on", Date, nullable=False),
    Column("issuing_body", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("recorded_by", Text, nullable=False),
    *change_columns(),
    Index("uq_decisions_number", "issuing_body", "number", unique=True),
    comment="The papers by which numbers become official.",
)

proposals = Table(
    "proposals",
    metadata,
    identity_column(),
    Column("street_id", ForeignKey("gis.streets.id"), comment="What it numbers: a street, or else an estate."),
    Column("estate_id", ForeignKey("gis.estates.id")),
    Column("status", Text, nullable=False, server_default=text("'draft'")),
    Column("rule_set_version", Text, nullable=False),
    Column("policy", JSONB, nullable=False, comment="Values of the switchable policies it was made with."),
    Column("input_hash", Text, nullable=False, comment="Of the street and its entrances as they were."),
    Column("answers", JSONB, nullable=False, server_default=text("'{}'")),
    Column("content", JSONB, nullable=False, comment="Assignments with clauses, and open questions."),
    Column("open_questions", Integer, nullable=False, server_default=text("0")),
    Column("author", Text, nullable=False),
    Column("approver", Text),
    Column("submitted_at", DateTime(timezone=True)),
    Column("approved_at", DateTime(timezone=True)),
    Column("rejected_reason", Text),
    Column("decision_id", ForeignKey("gis.decisions.id")),
    *change_columns(),
    one_of("status", PROPOSAL_STATUSES),
    CheckConstraint("approver IS NULL OR approver <> author", name="four_eyes"),
    CheckConstraint("status NOT IN ('approved', 'issued') OR approver IS NOT NULL", name="approved_by_someone"),
    CheckConstraint("status IN ('draft', 'rejected') OR open_questions = 0", name="questions_answered"),
    CheckConstraint("status <> 'issued' OR decision_id IS NOT NULL", name="issued_by_decision"),
    CheckConstraint("num_nonnulls(street_id, estate_id) = 1", name="of_one_thing"),
    Index("ix_proposals_street_id", "street_id"),
    Index("ix_proposals_estate_id", "estate_id"),
    Index("uq_proposals_one_live_per_street", "street_id", unique=True,
          postgresql_where=text("status IN ('draft', 'submitted', 'approved')")),
    Index("uq_proposals_one_live_per_estate", "estate_id", unique=True,
          postgresql_where=text("status IN ('draft', 'submitted', 'approved')")),
    comment="Numberings proposed for a street, from draft to issue.",
)  # fmt: skip

house_numbers = Table(
    "house_numbers",
    metadata,
    identity_column(),
    Column("street_id", ForeignKey("gis.streets.id"), nullable=False),
    Column("place_id", ForeignKey("gis.places.id"), comment="Empty for a spare number of empty land."),
    Column("entrance_id", ForeignKey("gis.entrances.id")),
    Column("number", Integer, nullable=False),
    Column("suffix", Text, nullable=False, server_default=text("''")),
    Column("plate_text", Text, nullable=False, comment="As written on the plate: 15, 15A."),
    Column("side", Text, nullable=False, comment="Seen from the low end of the street."),
    Column("chainage_m", Float, nullable=False, comment="Along the street from its low end."),
    Column("status", Text, nullable=False),
    Column("origin", Text, nullable=False, comment="existing: found on the ground; issued: by a decision."),
    Column("clauses", JSONB, nullable=False, server_default=text("'[]'")),
    Column("proposal_id", ForeignKey("gis.proposals.id")),
    Column("decision_id", ForeignKey("gis.decisions.id")),
    *validity_columns(),
    Column("recorded_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("retired_reason", Text),
    Column("closed_by_decision_id", ForeignKey("gis.decisions.id"), comment="By which it ended."),
    *change_columns(),
    one_of("side", ("left", "right")),
    one_of("status", NUMBER_STATUSES),
    one_of("origin", ("existing", "issued")),
    CheckConstraint("number > 0 AND number < 100000", name="number_range"),
    CheckConstraint("status <> 'in_force' OR place_id IS NOT NULL", name="in_force_has_place"),
    CheckConstraint("origin <> 'issued' OR decision_id IS NOT NULL", name="issued_by_decision"),
    # An empty period is a spare number that was given on the very day on which it was set aside.
    CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="valid_period"),
    CheckConstraint("status <> 'retired' OR valid_to IS NOT NULL", name="retired_is_closed"),
    ExcludeConstraint(
        ("street_id", "="),
        ("number", "="),
        ("suffix", "="),
        (func.daterange(text("valid_from"), text("valid_to"), type_=DATERANGE), "&&"),
        name="ex_house_numbers_one_holder_at_a_time",
        using="gist",
    ),
    Index("ix_house_numbers_place_id", "place_id"),
    Index("uq_house_numbers_one_per_entrance", "street_id", "entrance_id", unique=True,
          postgresql_where=text("status = 'in_force' AND valid_to IS NULL")),
    comment="Numbers in force, reserved or retired. Rows are closed, never deleted.",
)  # fmt: skip

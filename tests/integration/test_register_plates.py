"""Plates from order to wall, their photos, and certificates of number, on a real PostGIS."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from addressing import (
    attachments,
    certificates,
    other_plates,
    place_papers,
    plate_orders,
    plate_production,
    plates,
    policies_on_record,
    renumbering,
)
from addressing.deciding import today
from addressing.documents import plates as documents
from addressing.errors import (
    AttachmentRefused,
    NotInForce,
    PlateSizeOpen,
    StepNotPossible,
    VersionConflict,
)
from addressing.history import states_of
from addressing.rules.plates import PlateKind, PlateSize
from tests.integration.numbering_ground import ORIGIN
from tests.integration.register_ground import JPEG, numbered_street
from tests.integration.test_register_addresses import BODY, DAY, lay_alley, number
from tests.integration.test_register_renumbering import CHANGE, ids


def test_a_plate_from_order_to_wall(conn: Connection) -> None:
    street_id = numbered_street(conn)
    plate = plate_orders.order(conn, ids(conn, street_id)["1"], "new", "an")
    assert (plate.status, plate.plate_text, plate.width_mm, plate.height_mm) == ("ordered", "1", 200, 150)
    assert plate.code.startswith(f"BS-{today().year}-000001-")
    [line] = plate_production.production_list(conn, "https://dia-chi.example.vn/", "an")
    assert (line.code, line.qr) == (plate.code, f"https://dia-chi.example.vn/p/{plate.place_id}")
    plate = plates.issue(conn, plate.id, "an", version=plates.make(conn, plate.id, "an", version=1).version)
    plate = plates.could_not_fix(conn, plate.id, "nhà vắng chủ", "an", version=plate.version)
    assert plate.not_fixed_reason == "nhà vắng chủ"
    photo = attachments.store(conn, JPEG, "C:\\ảnh\\cửa.jpg", "an")
    assert (photo.file_name, photo.media_type) == ("cửa.jpg", "image/jpeg")
    plate = plates.fix(conn, plate.id, plates.Fixing(photo.id, *ORIGIN, "đội thi công"), "an", version=plate.version)
    assert (plate.status, plate.fixed_by, plate.photo_id, plate.not_fixed_reason) == (
        "fixed",
        "đội thi công",
        photo.id,
        None,
    )
    assert [state.content["status"] for state in states_of(conn, "plates", plate.id)] == [
        "ordered", "made", "issued", "not_fixed", "fixed",
    ]  # fmt: skip


def test_a_number_has_at_most_one_valid_plate(conn: Connection) -> None:
    number_id = ids(conn, numbered_street(conn))["1"]
    first = plate_orders.order(conn, number_id, "new", "an")
    with pytest.raises(StepNotPossible, match="in the making"):
        plate_orders.order(conn, number_id, "new", "an")
    first = plates.issue(conn, first.id, "an", version=plates.make(conn, first.id, "an", version=1).version)
    with pytest.raises(StepNotPossible, match="order a change or a reissue"):
        plate_orders.order(conn, number_id, "new", "an")
    second = plate_orders.order(conn, number_id, "reissue", "an")
    assert second.replaces_id == first.id
    assert plates.get_plate(conn, first.id).status == "issued", "the old one hangs until the new one is there"
    made = plates.make(conn, second.id, "an", version=1)
    with pytest.raises(IntegrityError, match="uq_plates_one_valid"), conn.begin_nested():
        conn.execute(text("UPDATE gis.plates SET status = 'issued' WHERE id = :id"), {"id": second.id})
    plates.issue(conn, second.id, "an", version=made.version)
    old = plates.get_plate(conn, first.id)
    assert (old.status, old.withdrawn_reason) == ("withdrawn", f"reissue: {second.code}")


def test_steps_of_a_plate_keep_their_order_and_their_version(conn: Connection) -> None:
    plate = plate_orders.order(conn, ids(conn, numbered_street(conn))["1"], "new", "an")
    with pytest.raises(StepNotPossible):
        plates.issue(conn, plate.id, "an", version=1)
    with pytest.raises(VersionConflict) as conflict:
        plates.make(conn, plate.id, "an", version=4)
    assert (conflict.value.your_version, conflict.value.current_version) == (4, 1)
    assert conflict.value.current is not None
    assert conflict.value.current["status"] == "ordered"
    with pytest.raises(StepNotPossible, match="no plate to replace"):
        plate_orders.order(conn, ids(conn, numbered_street(conn, "B"))["1"], "change", "an")


def test_a_plate_hangs_only_with_proof(conn: Connection) -> None:
    plate = plate_orders.order(conn, ids(conn, numbered_street(conn))["1"], "new", "an")
    for statement in ("status = 'fixed'", "status = 'not_fixed'", "status = 'withdrawn'"):
        with pytest.raises(IntegrityError, match=r"fixed_is_proved|has_reason"), conn.begin_nested():
            conn.execute(text(f"UPDATE gis.plates SET {statement} WHERE id = :id"), {"id": plate.id})


def test_a_renumbered_house_loses_its_plate_and_certificate(conn: Connection) -> None:
    street_id = numbered_street(conn)
    number_id = ids(conn, street_id)["5"]
    plate = plate_orders.order(conn, number_id, "new", "an")
    certificate = certificates.issue_certificate(conn, number_id, "binh", holder_name="Công ty A")
    plan = renumbering.plan(conn, street_id, {number_id: "9"})
    assert (plan.plates, plan.certificates) == ((plate.code,), (certificate.code,))
    renumbering.carry_out(conn, street_id, {number_id: "9"}, CHANGE, "trùng", "binh")
    assert plates.get_plate(conn, plate.id).status == "withdrawn"
    assert certificates.get_certificate(conn, certificate.id).withdrawn_reason == "trùng"
    with pytest.raises(NotInForce):
        plate_orders.order(conn, number_id, "new", "an")


@pytest.mark.parametrize("content", [b"GIF89a....", b"<svg onload=x>", b"RIFFxxxxWAVE", b"", b"\xff\xd8"])
def test_only_photos_are_kept(conn: Connection, content: bytes) -> None:
    with pytest.raises(AttachmentRefused):
        attachments.store(conn, content, "photo.jpg", "an")


def test_a_photo_is_kept_once_and_not_above_its_limit(conn: Connection) -> None:
    assert attachments.store(conn, JPEG, "a", "an").id == attachments.store(conn, JPEG, "b", "chi").id
    with pytest.raises(AttachmentRefused, match="5 MB"):
        attachments.store(conn, JPEG + bytes(attachments.PHOTO_BYTES), "big", "an")


def test_a_certificate_holds_what_it_certifies(conn: Connection) -> None:
    number_id = ids(conn, numbered_street(conn))["3"]
    made = certificates.issue_certificate(conn, number_id, "binh", holder_name="Công ty A")
    assert (made.number, made.written, made.decision_number, made.issuing_body) == (
        "3",
        "Số 3, đường A",
        "1/QĐ-A",
        BODY,
    )
    with pytest.raises(StepNotPossible, match="is valid"):
        certificates.issue_certificate(conn, number_id, "binh")
    gone = certificates.withdraw_certificate(conn, made.id, "ghi sai tên", "binh", version=made.version)
    assert gone.withdrawn_on == today()
    assert certificates.issue_certificate(conn, number_id, "binh").code != made.code


def test_a_plate_in_an_alley_has_no_size_until_somebody_sets_it(conn: Connection) -> None:
    street, alley = lay_alley(conn, name="Ngõ Chùa Vua")
    number(conn, street)
    number(conn, alley, "2/QĐ")
    of = ids(conn, alley)
    plate = plate_orders.order(conn, of["1"], "new", "an")
    assert (plate.width_mm, plate.height_mm) == (None, None), "no text gives one, so none is made up"
    lines = plate_production.production_list(conn, "", "an")
    [asked] = place_papers.ordered_places(conn, lines, str, is_demo=False)
    assert (asked.plate_size, asked.kind, asked.way) == (None, PlateKind.ALLEY_HOUSE, ("Ngõ Chùa Vua", "Đường A"))
    with pytest.raises(PlateSizeOpen):
        documents.plates([asked])
    [draft] = place_papers.ordered_places(conn, lines, str, is_demo=False, draft=True)
    assert documents.plate(draft).note == documents.BY_DRAFT
    policies_on_record.set_policy(
        conn, "plate_size_alley_house", "180x120", "*", decision_number="9/QĐ-SXD", valid_from=DAY, by="binh"
    )
    [settled] = place_papers.ordered_places(conn, lines, str, is_demo=False)
    assert documents.plate(settled).size == PlateSize(180, 120)
    assert (documents.plate(settled).note, documents.plate(settled).code) == ("Quyết định 9/QĐ-SXD", plate.code)
    after = plate_orders.order(conn, of["2"], "new", "an")
    assert (after.width_mm, after.height_mm) == (180, 120)


def test_a_sign_is_drawn_for_an_alley_that_has_a_name(conn: Connection) -> None:
    street, alley = lay_alley(conn)
    with pytest.raises(StepNotPossible):
        other_plates.alley_sign(conn, alley, draft=True, is_demo=False)
    number(conn, street)
    made = other_plates.alley_sign(conn, alley, draft=True, is_demo=False)
    assert (made.words.main, made.words.below) == ("NGÕ 3", ("ĐƯỜNG A",))
    with pytest.raises(PlateSizeOpen):
        other_plates.alley_sign(conn, alley, draft=False, is_demo=False)
    with pytest.raises(StepNotPossible, match="no alley"):
        other_plates.alley_sign(conn, street, draft=True, is_demo=False)

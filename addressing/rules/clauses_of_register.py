"""Clauses about what a number is and what becomes of it: one each, kept, divided, joined, never minted."""

from __future__ import annotations

from addressing.rules.clause import OLD, OURS, Clause, Standing

OF_REGISTER = (
    Clause(
        "P.natural", "Art. 6", Standing.INFERRED,
        "No number twice on a street, no zero, no negatives, no Roman numerals.",
        "Không trùng số trên một đường, không số 0, không số âm, không số La Mã.",
        OURS, "rules.numbers.HouseNumber",
    ),
    Clause(
        "A16.one_plate", "Art. 16", Standing.CONFIRMED_2024,
        "A house has one number; with several doors it belongs at the main door.",
        "Mỗi nhà một biển số; nhà có nhiều cửa thì gắn ở cửa chính.",
        "lawnet.vn 171431 on Articles 16-17", "rules.corners.one_house_one_number",
    ),
    Clause(
        "P.codes", "several decrees", Standing.INFERRED,
        "The 12-digit location code, the real-estate code and the like are issued by others; this "
        "service checks and stores them and never makes one.",
        "Mã định danh địa điểm 12 số, mã bất động sản... do cơ quan khác cấp; hệ thống chỉ kiểm "
        "tra và lưu, không tự sinh.",
        "draft decree on location codes, Jan 2026; Decree 357/2025/NĐ-CP",
        "identifiers.refuse_to_mint",
    ),
    Clause(
        "A4.register", "Art. 4", Standing.CONFIRMED_2024,
        "The address agrees with the land and house certificate and can be shared with the "
        "national databases.",
        "Địa chỉ thống nhất với hồ sơ cấp giấy chứng nhận và kết nối được với các cơ sở dữ liệu "
        "quốc gia.",
        "lawnet.vn 1034915 on Article 4", "rules.papers.an_address_agrees_with_the_certificate",
    ),
    Clause(
        "A6.kept", "Art. 4; house rule", Standing.INFERRED,
        "A number that is in use stays as it is; new numbers are fitted before, between and after.",
        "Số nhà đang dùng được giữ nguyên; số mới được xếp trước, giữa hoặc sau các số đó.",
        OURS, "rules.sequence.numbers_in_use_stay",
    ),
    Clause(
        "R17.division", "Art. 17 of the 2006 regulation", Standing.REGULATION_2006,
        "When a house is divided one part keeps the number, the others add A, B, C along the direction of numbering.",
        "Nhà chia tách: một phần giữ số cũ, các phần khác thêm A, B, C theo chiều đánh số.",
        OLD, "rules.changes.a_divided_house_adds_letters",
    ),
    Clause(
        "P.merger", "practice", Standing.INFERRED,
        "Houses that are joined show the smallest of their numbers; the others become spare, kept for their doors.",
        "Nhà hợp nhất mang số nhỏ nhất; các số khác để dự phòng cho chính các cửa đó.",
        OURS, "rules.changes.a_joined_house_shows_one_of_its_numbers",
    ),
    Clause(
        "P.ended", "practice", Standing.INFERRED,
        "A number that ended goes back to the place that had it; it is never another place's, unless a local policy "
        "lets it be after a time.",
        "Số nhà đã thu hồi chỉ cấp lại cho chính địa điểm đã mang số đó; không cấp cho nơi khác, trừ khi địa phương "
        "cho phép sau một thời hạn.",
        OURS, "rules.ended.numbers_that_stay_ended",
    ),
)  # fmt: skip

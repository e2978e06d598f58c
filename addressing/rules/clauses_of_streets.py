"""Clauses about houses on a street: series, direction, corners, spare numbers, growth (Article 6)."""

from __future__ import annotations

from addressing.rules.clause import CONSOLIDATED, OLD, OURS, PRESS, Clause, Standing
from addressing.rules.model import COMMUNES_DECIDE_SINCE

OF_STREETS = (
    Clause(
        "A6.series", "Art. 6", Standing.CONFIRMED_2024,
        "Houses on a street take the natural numbers in growing order; odd numbers on the left, "
        "even numbers on the right.",
        "Nhà mặt đường đánh số tự nhiên từ nhỏ đến lớn; bên trái số lẻ, bên phải số chẵn.",
        PRESS, "rules.sequence.odd_numbers_are_on_the_left",
    ),
    Clause(
        "A6.left", "Art. 6", Standing.INFERRED,
        "Left is the left hand of somebody who walks from the low end to the high end.",
        "Bên trái tính theo người đi từ đầu đường (số nhỏ) đến cuối đường (số lớn).",
        OURS, "rules.sequence.the_left_is_seen_from_an_end",
    ),
    Clause(
        "A6.direction", "Art. 6 cl. 2", Standing.CONFIRMED_2024,
        "Numbers run from north to south, east to west, north-east to south-west, or south-east "
        "to north-west.",
        "Chiều đánh số: từ Bắc xuống Nam, từ Đông sang Tây, từ Đông Bắc xuống Tây Nam, từ Đông "
        "Nam lên Tây Bắc.",
        PRESS, "rules.direction.compass_gives_one_lawful_heading",
    ),
    Clause(
        "A6.chord", "Art. 6 cl. 2", Standing.INFERRED,
        "With eight sectors of 45 degrees the four permitted headings are those from 157.5 up to "
        "but without 337.5 degrees; a curved street is judged by the chord between its ends.",
        "Chia 8 hướng, mỗi hướng 45 độ: chiều hợp lệ từ 157,5 đến dưới 337,5 độ; đường cong xét "
        "theo dây cung nối hai đầu.",
        OURS, "rules.direction.compass_gives_one_lawful_heading",
    ),
    Clause(
        "A6.special", "Art. 6 cl. 2", Standing.CONFIRMED_2024,
        "Where the compass does not fit, as with streets that radiate from a centre, the district "
        "committee set the direction.",
        "Đường có đặc thù (ví dụ xuyên tâm) do UBND cấp huyện quy định chiều đánh số.",
        PRESS, "rules.direction.a_decision_sets_the_direction",
    ),
    Clause(
        "A6.special.commune", "Art. 6 cl. 2 as amended", Standing.CONFIRMED_2026,
        "Where the compass does not fit, the commune committee sets the direction; streets that "
        "radiate number outward from the centre.",
        "Đường có đặc thù do UBND cấp xã quy định chiều đánh số; đường xuyên tâm đánh số từ trung "
        "tâm ra ngoài.",
        CONSOLIDATED, "rules.direction.a_decision_sets_the_direction", COMMUNES_DECIDE_SINCE,
    ),
    Clause(
        "A6.ring", "Art. 6 cl. 2", Standing.UNKNOWN,
        "A closed ring has no ends, so the compass gives it no direction.",
        "Đường khép kín không có hai đầu nên không xác định được chiều theo hướng.",
        OURS, "rules.direction.a_ring_has_no_direction",
    ),
    Clause(
        "A6.numbered", "Art. 6 cl. 2", Standing.CONFIRMED_2024,
        "A street that already had numbers keeps its direction.",
        "Đường đã đánh số thì giữ nguyên chiều đánh số đã có.",
        PRESS, "rules.direction.a_numbered_street_keeps_its_direction",
    ),
    Clause(
        "A6.former", "local reading, Aug 2025", Standing.INFERRED,
        "Where old numbers are disorderly or stand on the other sides, the commune decides "
        "whether to go on by the former principle or to apply the circular.",
        "Nơi số nhà cũ lộn xộn hoặc ngược bên, UBND cấp xã quyết định giữ nguyên tắc cũ hay áp "
        "dụng thông tư.",
        "Hồ Chí Minh City Department of Construction, as reported by thanhnien.vn, 27 Aug 2025",
        "rules.sequence.old_numbers_may_stand_on_the_other_sides",
    ),
    Clause(
        "A6.corner", "Art. 6", Standing.CONFIRMED_2024,
        "A house with doors on two streets is numbered on the one with the larger cross-section.",
        "Nhà có cửa ra hai đường thì đánh số theo đường có mặt cắt ngang lớn hơn.",
        PRESS, "rules.corners.wider_street_wins",
    ),
    Clause(
        "A6.corner.equal", "Art. 6", Standing.CONFIRMED_2024,
        "If the cross-sections are alike, the house is numbered on the street of its main door or "
        "on the one that is already numbered without a break.",
        "Nếu mặt cắt ngang tương đương thì đánh số theo đường có cửa chính hoặc theo đường đã "
        "đánh số liên tục.",
        PRESS, "rules.corners.equal_streets_need_a_recorded_choice",
    ),
    Clause(
        "A6.corner.tolerance", "Art. 6", Standing.INFERRED,
        "Cross-sections that differ by no more than the set tolerance count as alike.",
        "Mặt cắt ngang chênh nhau không quá dung sai quy định được coi là tương đương.",
        OURS, "rules.corners.streets_of_like_width",
    ),
    Clause(
        "A6.spare", "Art. 6 as amended", Standing.CONFIRMED_2026,
        "On a street with empty land the commune committee numbers by the approved detailed plan "
        "and keeps spare numbers.",
        "Đường còn đất trống: UBND cấp xã đánh số theo quy hoạch chi tiết được duyệt và để số nhà "
        "dự phòng.",
        CONSOLIDATED, "rules.spare.empty_land_keeps_spare_numbers", COMMUNES_DECIDE_SINCE,
    ),
    Clause(
        "A6.spare.module", "Art. 6", Standing.INFERRED,
        "Without plan lots, one spare number is kept for each full frontage module.",
        "Khi chưa có lô quy hoạch, mỗi mô-đun mặt tiền để một số dự phòng.",
        OURS, "rules.spare.empty_land_keeps_spare_numbers",
    ),
    Clause(
        "A6.spare.lots", "Art. 6", Standing.INFERRED,
        "A house that stands on several plan lots shows the first number; the others stay spare, "
        "tied to the lots, for a later division.",
        "Công trình nằm trên nhiều lô mang số đầu; các số còn lại để dự phòng theo lô.",
        OURS, "rules.spare.one_house_on_several_lots_shows_the_first",
    ),
    Clause(
        "P.spare.first", "practice", Standing.INFERRED,
        "Where a spare number is kept for the land, the new house takes it before any suffix.",
        "Nếu đất đã có số dự phòng thì dùng số đó trước khi dùng số kèm chữ.",
        OURS, "rules.spare.a_spare_number_is_used_first",
    ),
    Clause(
        "P.infill", "practice, after Art. 17 of 2006", Standing.INFERRED,
        "A house between two numbers with none free takes the smaller neighbour's number and a "
        "capital Vietnamese letter.",
        "Nhà xây chen giữa hai số liền nhau lấy số nhỏ hơn kèm chữ cái in hoa.",
        OLD, "rules.fitting.infill_takes_a_letter",
    ),
    Clause(
        "P.letters", "practice", Standing.INFERRED,
        "Suffix letters follow A B C D Đ E G H I K ...; a local policy may leave out Đ, which is "
        "easily misread.",
        "Chữ kèm theo thứ tự A B C D Đ E G H I K...; địa phương có thể bỏ chữ Đ vì dễ nhầm.",
        OURS, "rules.policy.suffix_letters",
    ),
    Clause(
        "P.extension.high", "practice", Standing.INFERRED,
        "A street extended at its high end goes on with the series.",
        "Đường kéo dài về cuối thì đánh số tiếp.",
        OURS, "rules.gaps.the_series_goes_on_at_the_high_end",
    ),
    Clause(
        "P.extension.low", "practice", Standing.UNKNOWN,
        "Before the first number there is no smaller natural number left: a new name, renumbering "
        "or suffixes need a decision.",
        "Trước số đầu tiên không còn số tự nhiên nhỏ hơn: cần quyết định đặt tên mới, đánh số lại "
        "hoặc dùng chữ kèm.",
        OURS, "rules.gaps.nothing_is_free_before_the_first",
    ),
    Clause(
        "P.side", "practice", Standing.INFERRED,
        "A door that stands on the centreline, beyond reach of the street, or nearer to another "
        "street or to a branch is put to the officer.",
        "Cửa nằm trên tim đường, quá xa đường, hoặc gần đường khác hay nhánh rẽ hơn thì hỏi cán bộ.",
        OURS, "frontage.frontages",
    ),
    Clause(
        "P.line", "practice", Standing.INFERRED,
        "A street drawn as two carriageways is numbered along their middle, small gaps are bridged and noted; "
        "branches and pieces far apart are put to the officer.",
        "Đường vẽ hai làn riêng thì đánh số theo trục giữa, khoảng hở nhỏ được nối và ghi chú; nhánh rẽ và "
        "các đoạn cách xa nhau thì hỏi cán bộ.",
        OURS, "centreline.street_line",
    ),
)  # fmt: skip

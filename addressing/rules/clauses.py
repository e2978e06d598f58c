"""Each sentence of the law that the rules rest on, as data: restated, with its standing and source.

The ids are ours and permanent, since stored proposals quote them: `A6` is Article 6 of the
circular, `R` the repealed regulation of 2006, `P` a practice of this service where the law that we
could read is silent.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from addressing.rules.model import CIRCULAR_IN_FORCE, COMMUNES_DECIDE_SINCE


class Standing(StrEnum):
    """How sure we are that this is the law."""

    CONFIRMED_2024 = "confirmed-2024"
    CONFIRMED_2026 = "confirmed-2026"
    # stated of the consolidated text 05/VBHN-BXD
    DRAFT_2024 = "draft-2024"
    REGULATION_2006 = "regulation-2006"
    INFERRED = "inferred"
    UNKNOWN = "unknown"

    @property
    def is_confirmed(self) -> bool:
        """A rule; everything else is a policy value that an authorised person may set."""
        return self in (Standing.CONFIRMED_2024, Standing.CONFIRMED_2026)


@dataclass(frozen=True, slots=True)
class Clause:
    """One sentence, in our own words."""

    id: str
    article: str
    standing: Standing
    text: str
    text_vi: str
    source: str
    decided_in: str = ""
    # dotted name of the function that decides it, below addressing; "" while not implemented
    valid_from: date = CIRCULAR_IN_FORCE


PRESS = "newspapers and legal portals that report Article 6, Sep-Oct 2024 (lawnet.vn 171333)"
CONSOLIDATED = "vneconomy.vn, 25 Feb 2026, on the consolidated text 05/VBHN-BXD"
ON_ALLEYS = "tintuc.thuvienphapluat.com 70604; lawnet.vn 171433, on Article 7"
ON_GROUPS = "lawnet.vn 171335 and a portal's questions and answers on Articles 8, 11-13"
ON_FLATS = "giadinh.suckhoedoisong.vn, 9 Sep 2024, on Article 13"
OURS = "own reading; the text that we could see does not say"
OLD = "Decision 05/2006/QĐ-BXD, repealed; carry-over into the 2024 text not verified"

_LIST = (
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
        OURS, "rules.ledger.seen_from_the_low_end",
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
        "A6.kept", "Art. 4; house rule", Standing.INFERRED,
        "A number that is in use stays as it is; new numbers are fitted before, between and after.",
        "Số nhà đang dùng được giữ nguyên; số mới được xếp trước, giữa hoặc sau các số đó.",
        OURS, "rules.sequence.numbers_in_use_stay",
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
        "A7.inward", "Art. 7", Standing.CONFIRMED_2024,
        "An alley with one mouth is numbered from the street inward; the compass does not apply.",
        "Ngõ chỉ một đầu thông ra đường thì đánh số từ đầu ngõ vào trong; không xét hướng.",
        ON_ALLEYS, "rules.alleys.an_alley_is_numbered_from_its_mouth_inward",
    ),
    Clause(
        "A7.named", "Art. 7", Standing.CONFIRMED_2024,
        "An alley between two streets that bears the name of one is numbered from that street.",
        "Ngõ nối hai đường và mang tên một đường thì đánh số từ đường đó.",
        ON_ALLEYS, "rules.alleys.a_named_alley_begins_at_the_street_of_its_name",
    ),
    Clause(
        "A7.wider", "Art. 7", Standing.CONFIRMED_2024,
        "An unnamed alley between two streets is numbered from the one with the larger cross-section.",
        "Ngõ chưa có tên nối hai đường thì đánh số từ đường có mặt cắt ngang lớn hơn.",
        ON_ALLEYS, "rules.alleys.an_unnamed_alley_begins_at_the_wider_street",
    ),
    Clause(
        "A7.equal", "Art. 7", Standing.UNKNOWN,
        "For an alley between two streets of like width nothing was found.",
        "Chưa thấy quy định cho ngõ nối hai đường có mặt cắt ngang tương đương.",
        OURS, "rules.alleys.an_unnamed_alley_begins_at_the_wider_street",
    ),
    Clause(
        "A7.name", "Art. 7", Standing.CONFIRMED_2024,
        "An unnamed alley is called by the number of the house immediately before its mouth; an alley off an alley "
        "likewise.",
        "Ngõ chưa có tên lấy số của nhà mặt đường nằm kề trước đầu ngõ; ngách tương tự theo nhà trong ngõ.",
        ON_ALLEYS, "rules.alleys.alley_takes_the_number_before_its_mouth",
    ),
    Clause(
        "A7.first", "Art. 7", Standing.UNKNOWN,
        "For a mouth before the first house there is no number to take; a decision is needed.",
        "Đầu ngõ nằm trước nhà đầu tiên thì không có số để đặt tên; cần quyết định.",
        OURS, "rules.alleys.alley_takes_the_number_before_its_mouth",
    ),
    Clause(
        "A11.letters", "Art. 11", Standing.CONFIRMED_2024,
        "Groups of houses on ways without names take capital letters from the entrance inward; on two sides of an "
        "axis A C Đ G I stand on the left, B D E H K on the right.",
        "Nhóm nhà trên đường chưa có tên đặt tên bằng chữ in hoa, từ lối vào; hai bên trục: trái A C Đ G I, phải "
        "B D E H K.",
        ON_GROUPS, "rules.groups.groups_are_lettered_from_the_entrance",
    ),
    Clause(
        "A11.axes", "Art. 11", Standing.DRAFT_2024,
        "With several internal axes the Department of Construction guides the direction of the group names.",
        "Khu có nhiều trục nội bộ: chiều đặt tên nhóm nhà theo hướng dẫn của Sở Xây dựng.",
        "hanoimoi.vn 666421, on the draft of May 2024", "rules.groups.several_axes_need_an_order",
    ),
    Clause(
        "A12.building", "Art. 12", Standing.CONFIRMED_2024,
        "A building in a group is called by group and ordinal (A10), or with the initials of its street (BL.A-10).",
        "Tên ngôi nhà: tên nhóm và số thứ tự (A10), hoặc kèm tên viết tắt của đường (BL.A-10).",
        ON_GROUPS, "rules.groups.a_building_bears_group_and_ordinal",
    ),
    Clause(
        "A13.flat", "Art. 13", Standing.CONFIRMED_2024,
        "A flat is numbered by floor, then flat, parted by a dash.",
        "Căn hộ đánh số theo số tầng rồi số căn, cách nhau bằng gạch ngang.",
        ON_FLATS, "rules.apartments.a_flat_is_floor_dash_flat",
    ),
    Clause(
        "A13.clockwise", "Art. 13", Standing.CONFIRMED_2024,
        "The flats of a floor are numbered with the clock from the first on the left of the main way, lift or stair.",
        "Số căn hộ theo chiều kim đồng hồ, từ căn đầu tiên bên trái lối đi, thang máy hoặc thang bộ chính.",
        ON_FLATS, "rules.apartments.flats_run_clockwise",
    ),
    Clause(
        "A13.floors", "Art. 13", Standing.CONFIRMED_2024,
        "Floors are counted from 1 upwards without basements; a number that is avoided is the floor below with a "
        "letter: 3A, 6A, 12A.",
        "Tầng đánh số từ 1 trở lên, không tính tầng hầm; số kiêng thay bằng số tầng liền dưới kèm chữ: 3A, 6A, 12A.",
        ON_FLATS, "rules.apartments.floors_count_from_one_above_ground",
    ),
    Clause(
        "A13.basements", "Art. 13", Standing.INFERRED,
        "Basements are counted from the top down in a series of their own; the prefix B is ours.",
        "Tầng hầm đánh số riêng từ trên xuống; ký hiệu B do hệ thống đặt.",
        "one unattributed page", "rules.apartments.basements_count_downwards",
    ),
    Clause(
        "A16.place", "Art. 16", Standing.CONFIRMED_2024,
        "The plate hangs left of or above the middle of the main door; where the fence is close to the road, on the "
        "main gate pillar that is on the left from outside.",
        "Biển số gắn bên trái hoặc phía trên giữa cửa chính; nhà có tường rào sát đường gắn ở trụ cổng chính bên trái.",
        "lawnet.vn 171431 on Articles 16-17", "rules.plates.the_plate_hangs_at_the_main_door",
    ),
    Clause(
        "R17.division", "Art. 17 of the 2006 regulation", Standing.REGULATION_2006,
        "When a house is divided one part keeps the number, the others add A, B, C along the direction of numbering.",
        "Nhà chia tách: một phần giữ số cũ, các phần khác thêm A, B, C theo chiều đánh số.",
        OLD, "rules.changes.a_divided_house_adds_letters",
    ),
    Clause(
        "P.merger", "practice", Standing.INFERRED,
        "Houses that are joined show the smallest of their numbers; the others become spare.",
        "Nhà hợp nhất mang số nhỏ nhất; các số khác để dự phòng.",
        OURS, "rules.changes.a_joined_house_keeps_the_smallest",
    ),
    Clause(
        "R13.plates", "Arts. 13-14 of the 2006 regulation", Standing.REGULATION_2006,
        "A street plate is 200, 230 or 260 mm wide for up to two, three or four digits and 150 mm high.",
        "Biển số nhà mặt đường rộng 200, 230 hoặc 260 mm (đến 2, 3, 4 chữ số), cao 150 mm.",
        OLD, "rules.plates.a_street_plate_widens_with_its_characters",
    ),
    Clause(
        "R13.unknown", "Arts. 13-14 of the 2006 regulation", Standing.UNKNOWN,
        "No size was found for plates of more than four characters, of houses in alleys, flats, floors and "
        "stairs; those of groups and buildings the Department of Construction set.",
        "Chưa tìm thấy kích thước biển trên bốn ký tự, biển nhà trong ngõ, căn hộ, tầng, cầu thang; biển nhóm nhà, "
        "ngôi nhà do Sở Xây dựng quy định.",
        OLD, "rules.plates.a_plate_without_a_size_is_asked_about",
    ),
    Clause(
        "R12.building", "Art. 12 of the 2006 regulation", Standing.REGULATION_2006,
        "The name of a building hangs on its front, on storey 2 or on the only one, and on both gables at two thirds "
        "of their height, at 9 m where they are higher than 17 m.",
        "Biển tên ngôi nhà gắn ở mặt đứng tầng 2 (nhà một tầng: tầng 1) và hai đầu hồi ở 2/3 chiều cao; cao trên "
        "17 m thì ở 9 m.",
        OLD, "rules.plates.a_building_plate_hangs_at",
    ),
    Clause(
        "R12.others", "Art. 12 of the 2006 regulation", Standing.REGULATION_2006,
        "The plate of a group stands at its corner on the pavement of its largest street; that of a floor hangs in "
        "the middle of the stair's wall, 2 m above the floor.",
        "Biển tên nhóm nhà đặt ở góc nhóm, trên vỉa hè đường lớn nhất; biển số tầng gắn giữa tường cầu thang, cách "
        "sàn 2 m.",
        OLD, "rules.plates.other_plates_hang",
    ),
    Clause(
        "A17.flat", "Art. 17", Standing.CONFIRMED_2024,
        "A flat has one plate with the symbol of its block, its floor and its number.",
        "Mỗi căn hộ gắn một biển gồm ký hiệu nhà, số tầng và số căn hộ.",
        "lawnet.vn 171431 on Articles 16-17", "rules.plates.a_flat_plate_bears_block_floor_and_flat",
    ),
    Clause(
        "A16.way", "Art. 16", Standing.INFERRED,
        "Below the number of a house stands the way to it, the inner alley first; the text gives no wording.",
        "Dưới số nhà ghi tên ngách, ngõ, đường từ trong ra ngoài; văn bản không nêu cách ghi.",
        OURS, "rules.plates.a_house_plate_bears_number_and_way",
    ),
    Clause(
        "P.group_plates", "practice", Standing.INFERRED,
        "The plate of a group bears its letter, that of a building its name, that of a floor its number; the words "
        "above them are ours.",
        "Biển nhóm nhà ghi chữ cái, biển ngôi nhà ghi tên, biển tầng ghi số tầng; từ ghi phía trên do hệ thống đặt.",
        OURS, "rules.plates.a_group_plate_bears_its_letter",
    ),
    Clause(
        "P.alley_sign", "practice, after Circular 36/2006/TT-BVHTT", Standing.INFERRED,
        "The sign of an alley bears its name above the name of its street, in capitals: NGÕ 99, PHỐ NGUYỄN DU.",
        "Biển tên ngõ ghi tên ngõ, phía dưới là tên đường phố, chữ in hoa: NGÕ 99, PHỐ NGUYỄN DU.",
        "Circular 36/2006/TT-BVHTT on the naming of streets",
        "rules.plates.an_alley_sign_names_the_alley_and_its_street",
    ),
    Clause(
        "R12.stair", "Art. 12 of the 2006 regulation", Standing.REGULATION_2006,
        "The plate of a stair hangs above the middle of its entrance.",
        "Biển số cầu thang gắn phía trên, giữa lối vào cầu thang.",
        OLD, "rules.plates.other_plates_hang",
    ),
    Clause(
        "R6.ground", "Art. 6 of the 2006 regulation", Standing.REGULATION_2006,
        "The ground floor may be called trệt in place of 1; the floors above it then count from 1.",
        "Tầng trệt có thể thay cho tầng 1; các tầng trên đếm từ 1.",
        OLD, "rules.apartments.the_ground_floor_may_be_called_tret",
    ),
    Clause(
        "P.stairs", "practice", Standing.UNKNOWN,
        "Stairs had plates in 2006; how they are numbered was not found in either text.",
        "Năm 2006 cầu thang có biển số; chưa tìm thấy cách đánh số trong cả hai văn bản.",
        OURS, "rules.estate_floors.stairs_are_asked_about",
    ),
    Clause(
        "P.estate.axes", "practice, after the draft of Art. 11", Standing.INFERRED,
        "With several axes the letters go on from one axis to the next in the order that the Department gives.",
        "Nhiều trục đường nội bộ: chữ cái tiếp tục từ trục này sang trục kế tiếp theo thứ tự Sở Xây dựng hướng dẫn.",
        OURS, "rules.estates.letters_go_on_from_axis_to_axis",
    ),
    Clause(
        "P.estate.order", "practice", Standing.INFERRED,
        "The buildings of a group count from the side of its entrance; the text on their direction was cut off.",
        "Các ngôi nhà trong nhóm đánh thứ tự từ phía lối vào; phần quy định về chiều chưa đọc được.",
        OURS, "rules.estates.buildings_count_from_the_entrance",
    ),
    Clause(
        "P.estate.grow", "practice", Standing.INFERRED,
        "What is built beyond the last one goes on with its letters or numbers; a name that was withdrawn is never "
        "given again.",
        "Phần xây thêm ở cuối tiếp tục dãy chữ, số; tên đã thu hồi không cấp lại.",
        OURS, "rules.series.the_series_goes_on",
    ),
    Clause(
        "P.estate.between", "practice", Standing.UNKNOWN,
        "For a group, building, stair or flat that is added between named ones nothing was found.",
        "Chưa tìm thấy quy định cho nhóm nhà, ngôi nhà, cầu thang, căn hộ xây xen giữa các tên đã có.",
        OURS, "rules.series.the_series_goes_on",
    ),
    Clause(
        "P.block", "practice", Standing.INFERRED,
        "An apartment building outside a group is called by its number on the street.",
        "Nhà chung cư không thuộc nhóm nhà lấy số nhà theo đường làm tên.",
        OURS, "rules.estates.a_block_outside_a_group_bears_its_house_number",
    ),
)  # fmt: skip

CLAUSES: dict[str, Clause] = {clause.id: clause for clause in _LIST}
"""Every clause by its id."""


def implemented() -> list[Clause]:
    """The clauses that some function decides."""
    return [clause for clause in _LIST if clause.decided_in]


def who_sets_special_directions(on: date) -> str:
    """The clause that names the body competent for special streets on a day."""
    return "A6.special.commune" if on >= COMMUNES_DECIDE_SINCE else "A6.special"

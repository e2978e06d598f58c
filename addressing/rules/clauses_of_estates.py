"""Clauses about groups, buildings, floors, stairs and flats (Articles 11 to 13)."""

from __future__ import annotations

from addressing.rules.clause import OLD, ON_FLATS, ON_GROUPS, OURS, Clause, Standing

OF_ESTATES = (
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

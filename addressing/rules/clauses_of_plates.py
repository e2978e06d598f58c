"""Clauses about plates: what stands on them, how large they are, where they hang."""

from __future__ import annotations

from addressing.rules.clause import OLD, OURS, Clause, Standing

OF_PLATES = (
    Clause(
        "A16.place", "Art. 16", Standing.CONFIRMED_2024,
        "The plate hangs left of or above the middle of the main door; where the fence is close to the road, on the "
        "main gate pillar that is on the left from outside.",
        "Biển số gắn bên trái hoặc phía trên giữa cửa chính; nhà có tường rào sát đường gắn ở trụ cổng chính bên trái.",
        "lawnet.vn 171431 on Articles 16-17", "rules.plates.the_plate_hangs_at_the_main_door",
    ),
    Clause(
        "A16.way", "Art. 16", Standing.INFERRED,
        "Below the number of a house stands the way to it, the inner alley first; the text gives no wording.",
        "Dưới số nhà ghi tên ngách, ngõ, đường từ trong ra ngoài; văn bản không nêu cách ghi.",
        OURS, "rules.plates.a_house_plate_bears_number_and_way",
    ),
    Clause(
        "A17.flat", "Art. 17", Standing.CONFIRMED_2024,
        "A flat has one plate with the symbol of its block, its floor and its number.",
        "Mỗi căn hộ gắn một biển gồm ký hiệu nhà, số tầng và số căn hộ.",
        "lawnet.vn 171431 on Articles 16-17", "rules.plates.a_flat_plate_bears_block_floor_and_flat",
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
        "R12.stair", "Art. 12 of the 2006 regulation", Standing.REGULATION_2006,
        "The plate of a stair hangs above the middle of its entrance.",
        "Biển số cầu thang gắn phía trên, giữa lối vào cầu thang.",
        OLD, "rules.plates.other_plates_hang",
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
)  # fmt: skip

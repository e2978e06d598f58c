"""Clauses about alleys (Article 7)."""

from __future__ import annotations

from addressing.rules.clause import ON_ALLEYS, OURS, Clause, Standing

OF_ALLEYS = (
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
)  # fmt: skip

"""An estate on a way without a name is addressed by itself and its units: no street is made up."""

from __future__ import annotations

import pytest

from addressing.estate_forms import EstateAddress, in_english, vietnamese
from addressing.rules.estate_model import PartKind
from addressing.rules.unnamed import has_no_name
from addressing.written_forms import AddressParts

INNER = ((PartKind.BUILDING, "A1"), (PartKind.GROUP, "A"))


@pytest.mark.parametrize("name", ["", "Đường", "Đường chưa đặt tên", "đường không tên ", "Unnamed"])
def test_these_are_no_names(name: str) -> None:
    assert has_no_name(name)


@pytest.mark.parametrize("name", ["Đường Số 3", "Phố Huế", "Đường D1", "Nguyễn Du", "Đường Phố Nối"])
def test_these_are_names(name: str) -> None:
    assert not has_no_name(name)


def test_the_address_leaves_the_street_out() -> None:
    way = AddressParts("", (), "", ("phường Tứ Minh", "thành phố Hải Phòng"))
    address = EstateAddress(INNER, "Khu nhà ở công nhân", "E1", way)
    assert vietnamese(address) == "nhà A1, nhóm nhà A, Khu nhà ở công nhân, phường Tứ Minh, thành phố Hải Phòng"
    assert in_english(address) == "Building A1, Group A, Khu nhà ở công nhân, Tứ Minh Ward, Hải Phòng City"


def test_without_units_nothing_dangles() -> None:
    address = EstateAddress(INNER, "Khu nhà ở công nhân", "E1", AddressParts("", (), ""))
    assert vietnamese(address) == "nhà A1, nhóm nhà A, Khu nhà ở công nhân"
    assert in_english(address) == "Building A1, Group A, Khu nhà ở công nhân"

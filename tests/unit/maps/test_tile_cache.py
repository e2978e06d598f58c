"""The memory of finished tiles, and drawing each only once."""

from __future__ import annotations

import asyncio

import pytest

from maps.freshness import Stamp, State
from maps.tile_cache import OVERHEAD, Kept, OneFlight, TileCache


def state() -> State:
    return State("db", "2026-11-23", {}, {}, {})


def answer(size: int = 0, version: int = 1, now: int = 1) -> Kept:
    """A tile of that size drawn at `version`, in a world where its tile is at `now`."""
    return Kept(
        Stamp((version,), ""), '"tag"', b"x" * size, "identity", b"", [], [], lambda _: Stamp((now,), ""), (1, "zones")
    )  # fmt: skip


def test_the_least_lately_used_goes_when_the_limit_in_bytes_is_passed() -> None:
    world, cache = state(), TileCache(8 * (OVERHEAD + 1000))
    for n in range(8):
        cache.keep(("public", "identity", f"/{n}"), answer(1000))
    assert cache.bytes == cache.limit_bytes
    assert cache.find(("public", "identity", "/0"), world) is not None  # used again, so /1 is the oldest
    cache.keep(("public", "identity", "/new"), answer(1000))
    assert cache.find(("public", "identity", "/1"), world) is None
    assert cache.find(("public", "identity", "/0"), world) is not None
    assert cache.bytes <= cache.limit_bytes
    assert len(cache) == 8


def test_a_tile_that_would_push_out_everything_is_not_kept() -> None:
    cache = TileCache(100_000)
    cache.keep("large", answer(30_000))
    assert len(cache) == cache.bytes == 0


def test_keeping_again_counts_once() -> None:
    cache = TileCache(1_000_000)
    for size in (100, 5000, 10):
        cache.keep("one", answer(size))
    assert cache.bytes == OVERHEAD + 10


def test_a_tile_of_an_older_version_is_not_found_and_forgotten() -> None:
    cache = TileCache(1_000_000)
    cache.keep("old", answer(10, version=1, now=2))
    assert cache.find("old", state()) is None
    assert cache.bytes == 0


def test_the_stamp_is_asked_for_once_in_each_state() -> None:
    asked = []
    kept = answer(10)
    kept.restamp = lambda of: asked.append(of) or kept.stamp  # type: ignore[func-returns-value]
    first, second = state(), state()
    assert all(kept.is_good(world) for world in (first, first, first, second, second))
    assert [id(world) for world in asked] == [id(first), id(second)]


def test_what_many_ask_for_is_done_once() -> None:
    done = []

    async def work() -> int:
        done.append(1)
        await asyncio.sleep(0.01)
        return 7

    async def ask() -> list[int]:
        flights: OneFlight[int] = OneFlight()
        found = await asyncio.gather(*(flights.get("tile", work) for _ in range(50)))
        assert len(flights) == 0
        return found

    assert asyncio.run(ask()) == [7] * 50
    assert len(done) == 1


def test_who_leaves_does_not_spoil_it_for_the_others_and_the_last_one_ends_the_work() -> None:
    ended: list[str] = []

    async def ask() -> None:
        flights: OneFlight[str] = OneFlight()
        gate = asyncio.Event()

        async def work() -> str:
            try:
                await gate.wait()
            except asyncio.CancelledError:
                ended.append("cancelled")
                raise
            return "tile"

        first, second = (asyncio.create_task(flights.get("k", work)) for _ in range(2))
        await asyncio.sleep(0)
        first.cancel()
        await asyncio.sleep(0.01)
        assert ended == []
        gate.set()
        assert await second == "tile"
        gate.clear()
        alone = asyncio.create_task(flights.get("k", work))
        await asyncio.sleep(0.01)
        alone.cancel()
        with pytest.raises(asyncio.CancelledError):
            await alone
        assert ended == ["cancelled"]
        assert len(flights) == 0

    asyncio.run(ask())


def test_everyone_who_waits_hears_of_the_failure_and_the_next_one_tries_again() -> None:
    async def ask() -> None:
        flights: OneFlight[int] = OneFlight()
        tries = []

        async def fail() -> int:
            tries.append(1)
            await asyncio.sleep(0)
            raise ValueError("no")

        found = await asyncio.gather(*(flights.get("k", fail) for _ in range(3)), return_exceptions=True)
        assert [type(one) for one in found] == [ValueError] * 3
        with pytest.raises(ValueError, match="no"):
            await flights.get("k", fail)
        assert len(tries) == 2

    asyncio.run(ask())

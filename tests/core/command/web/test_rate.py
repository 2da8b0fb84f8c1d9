"""How often one client may ask: on average over ten seconds, each by its own address."""

from __future__ import annotations

from compute_cost.command.web import rate
from compute_cost.command.web.rate import Rate


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_is_served_and_then_the_rate() -> None:
    clock = Clock()
    limit = Rate(2, clock)
    assert [limit.allows("192.0.2.1") for _ in range(21)] == [True] * 20 + [False]
    assert limit.allows("192.0.2.2"), "another client has its own"
    clock.now += 1
    assert [limit.allows("192.0.2.1") for _ in range(3)] == [True, True, False]
    clock.now += 1000
    assert sum(limit.allows("192.0.2.1") for _ in range(100)) == 20, "no more is saved up than a burst"


def test_an_address_that_its_owner_can_choose_is_no_new_client() -> None:
    limit = Rate(0.1, Clock())
    assert limit.allows("2001:db8::1")
    assert not limit.allows("2001:db8::2")
    assert limit.allows("2001:db8:0:1::1")


def test_what_is_remembered_has_a_bound() -> None:
    limit = Rate(0.1, Clock())
    for number in range(rate.MOST_CLIENTS + 10):
        assert limit.allows(str(number))
    assert len(limit._clients) == rate.MOST_CLIENTS
    assert not limit.allows(str(rate.MOST_CLIENTS)), "the latest are the ones that are kept"

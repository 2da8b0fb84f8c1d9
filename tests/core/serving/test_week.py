"""The hours of a week: average one, the peak that is asked for, quiet when people are away."""

from __future__ import annotations

import pytest

from compute_cost.serving.week import HOURS, week


@pytest.mark.parametrize("profile", ["office", "consumer"])
@pytest.mark.parametrize("peak", [1.01, 1.5, 2.0, 4.2, 30.0, 160.0])
def test_the_mean_is_one_and_the_peak_is_what_was_asked(profile: str, peak: float) -> None:
    hours = week(profile, peak)
    assert len(hours) == HOURS
    assert sum(hours) / HOURS == pytest.approx(1)
    assert max(hours) == pytest.approx(peak, rel=1e-3)


def test_offices_are_quiet_at_night_and_on_sunday_and_people_at_home_are_not() -> None:
    office, consumer = week("office", 2.5), week("consumer", 2.5)
    tuesday, sunday = 24, 6 * 24
    assert office[tuesday + 11] > 3 * office[tuesday + 3]
    assert office[tuesday + 11] > 3 * office[sunday + 11]
    assert consumer[tuesday + 20] == pytest.approx(consumer[sunday + 20], rel=0.02)
    assert consumer[tuesday + 20] > 3 * consumer[tuesday + 8]


def test_flat_is_the_average_at_any_hour() -> None:
    assert set(week("flat", 1.0)) == {1.0}

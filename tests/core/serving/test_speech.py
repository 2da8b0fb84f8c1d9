"""What transcription costs: near published speeds, and what is refused."""

from __future__ import annotations

import pytest

import compute_cost
from compute_cost.errors import InputError, NoData

pytestmark = pytest.mark.live


def test_hours_of_sound_are_seconds_at_the_rent() -> None:
    found = compute_cost.speech_cost("Whisper large-v3", 100, "A100", price_per_gpu_hour=2)
    speed = float(found.values["real_time_factor"].value)
    assert found.value == pytest.approx(100 / speed * 2)
    assert found.values["per_audio_hour"].value == pytest.approx(found.value / 100)
    assert found.values["hours"].value == pytest.approx(100 / speed)
    four = compute_cost.speech_cost("Whisper large-v3", 100, "A100", 4, 2, load=0.5)
    assert four.value == pytest.approx(2 * found.value)
    assert four.values["hours"].value == pytest.approx(float(found.values["hours"].value) / 4)
    assert found.low < found.value < found.high


@pytest.mark.parametrize(
    ("name", "gpu", "batch", "level", "published"),
    [
        ("Whisper large-v3", "A100", 24, "default", 91.8),  # Insanely Fast Whisper, a recording of 150 minutes
        ("Whisper large-v3", "RTX 3070 Ti", 8, "tuned", 45.9),  # faster-whisper
        ("Whisper large-v3", "RTX 3070 Ti", 1, "tuned", 12.4),
    ],
)
def test_near_published_speeds(name: str, gpu: str, batch: float, level: str, published: float) -> None:
    found = compute_cost.speech_cost(name, gpu=gpu, batch=batch, level=level, price_per_gpu_hour=1).values["real_time_factor"].value
    assert found == pytest.approx(published, rel=0.35)


def test_the_bare_name_is_the_largest() -> None:
    assert compute_cost.speech_cost("Whisper", 100, "A100").value == compute_cost.speech_cost("Whisper large-v3", 100, "A100").value


def test_software_that_nobody_measured_is_named() -> None:
    of = {level: compute_cost.speech_cost("Whisper", level=level) for level in ("vendor-tuned", "tuned")}
    assert of["vendor-tuned"].value == of["tuned"].value
    assert any("vendor-tuned is taken as tuned" in text for text in of["vendor-tuned"].warnings)
    assert not any("vendor-tuned" in text for text in of["tuned"].warnings)


def test_what_is_refused() -> None:
    with pytest.raises(NoData, match="^params: Llama 3.1 8B is not a speech model"):
        compute_cost.speech_cost("Llama 3.1 8B")
    for name, value in (("audio_hours", -1), ("batch", 0), ("load", 1.5), ("level", "fast")):
        with pytest.raises(InputError, match=f"^{name}:"):
            compute_cost.speech_cost("Whisper", **{name: value})  # type: ignore[arg-type]

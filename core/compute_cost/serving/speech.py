"""Speech: how fast recordings are transcribed, and what that costs on rented accelerators."""

from __future__ import annotations

from typing import Annotated

from compute_cost import catalogue
from compute_cost.catalogue.records import Model
from compute_cost.inputs import assumed, default, figure, is_kept, step, uncertain, warn
from compute_cost.parameters import AsOf, Gpu, Gpus, HourlyPrice, ModelSize, Quantity
from compute_cost.physics.serving_time import LEVELS, USUAL_LEVEL, at_level
from compute_cost.physics.speech_time import refuse_deaf, speech_time
from compute_cost.prices.rental import hourly_price
from compute_cost.registry import estimate
from compute_cost.result import Answer
from compute_cost.serving.images import HiredLoad, hired_load
from compute_cost.serving.levels import Level

SOURCES = ("compute-cost", "open-asr", "faster-whisper", "insanely-fast-whisper")

SpeechModel = Annotated[
    Model,
    ModelSize("A speech model's name; of a bare count the speed is not known.", "parameters", example='"Whisper large-v3"'),
]
AudioHours = Annotated[float | None, Quantity("Hours of sound to be transcribed.", "h", high=1e9, example="100")]
Windows = Annotated[
    float | None,
    Quantity("Windows of 30 seconds that one accelerator reads at once.", "windows", low=1, high=1e4, whole=True, example="16"),
]


@estimate("USD")
def speech_cost(
    params: SpeechModel,
    audio_hours: AudioHours = None,
    gpu: Gpu = None,
    gpus: Gpus = None,
    price_per_gpu_hour: HourlyPrice = None,
    batch: Windows = None,
    load: HiredLoad = None,
    level: Level = None,
    as_of: AsOf = None,
) -> Answer:
    """What transcribing recordings costs on rented accelerators, with how many seconds of sound they read in a second.

    cost [USD] = hours of sound x seconds per second of sound x price [USD per GPU-hour] / load
    seconds per second of sound = host + encoder / sound in a window + tokens x decoding step / windows at once

    The time is that of one accelerator (compute_cost.physics.speech_time); several each read their own recordings. One hour of sound
    unless said. real_time_factor is seconds of sound per second and accelerator. `batch` windows are read at once (speech_batch), as
    engines do with long recordings; live speech has 1 for each listener. The interval is that of sources which the fit had not
    seen. US dollars, before tax, nominal. Valid for Whisper and models distilled from it.

    Raises NoData for models that do not transcribe as Whisper does, and where the accelerator has no rental price.
    """
    refuse_deaf(params)
    chip = default("gpu", gpu, catalogue.default_gpu())
    sound = default("audio_hours", audio_hours, 1.0, "h")
    at_once = assumed("speech_batch", batch, "batch")
    software = default("level", level, USUAL_LEVEL)
    time = speech_time(params, chip, at_once, assumed("speech_window"), assumed("speech_tokens"), software)
    ends = at_level("interval_speech_low", software), at_level("interval_speech_high", software)
    if is_kept():
        if software == LEVELS[0]:
            warn(f"no chip maker's own engine for speech was measured: {software} is taken as {LEVELS[1]}")
        step("Host", "sound, its spectrum and the text, for a second of sound", time.host, "s", *SOURCES)
        formula = "arithmetic of a window / (16-bit peak x share) / seconds of sound in it"
        step("Encoder", formula, time.encoder, "s", chip.source, params.shape_source, *SOURCES)
        formula = "tokens per second of sound x (weights / bandwidth + layers x time per layer) / windows at once"
        step("Decoder", formula, time.decoder, "s", chip.source, *SOURCES)
        step("80% interval of the time", "times", f"{ends[0]:.2f} to {ends[1]:.2f}", "", "compute-cost")
    each = time.seconds * uncertain("speech_time_error", 1.0, *ends, "times", "compute-cost")
    price = hourly_price(chip, price_per_gpu_hour, as_of, count="gpus", share="load")
    share = hired_load(load)
    hours = step(
        "GPU-hours",
        "hours of sound x seconds per second / load",
        sound * each / share,
        "GPU-hours",
        figure="gpu_hours",
    )
    cost = step("Cost of the transcripts", "GPU-hours x price", hours * price, "USD")
    if is_kept():
        chips = default("gpus", gpus, 1.0, "GPUs")
        figure("real_time_factor", 1 / each, "s of sound per s")
        figure("per_audio_hour", each / share * price, "USD")
        step("Time in all", "hours of sound x seconds per second / accelerators", sound * each / chips, "h", figure="hours")
    return Answer(cost, "cost")

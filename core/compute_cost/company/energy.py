"""Electricity of training, of serving or of owned cards: kilowatt-hours, what they cost, the CO2 of their grid and the water."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from compute_cost import catalogue
from compute_cost.catalogue.records import Grid, Model
from compute_cost.company.ownership import Place, PowerPrice
from compute_cost.company.paths import Monthly, Path
from compute_cost.company.ways import Asked
from compute_cost.errors import InputError, MissingInput, UnknownName
from compute_cost.inputs import FAR, assumed, cite, default, figure, is_kept, step, uncertain, warn
from compute_cost.parameters import Choice, Gpu, GpusOrNone, Kind, ModelSize, Quantity
from compute_cost.physics.elementwise import fails
from compute_cost.physics.serving_group import serving
from compute_cost.prices.bill import HOURS_OF_ONE, question_term
from compute_cost.registry import estimate
from compute_cost.result import Answer
from compute_cost.serving.throughput import RequestInput, RequestOutput
from compute_cost.training.energy import Pue, train_energy


class GridName(Kind):
    """A country, or a place of Google's cloud, by name."""

    def reader(self, name: str) -> Callable[[Any], Any]:
        def read(value: Any) -> Grid | str:
            grid = catalogue.grids().get(value) if isinstance(value, str) else None
            if grid is None:
                nearest = catalogue.grids().near(value) if isinstance(value, str) else {}
                raise UnknownName(name, value, (), f"give a country or a place of Google's cloud, such as {self.example}", nearest)
            return grid.name

        return read


GridOf = Annotated[
    str | None, GridName("Where the electricity is from: a country or a region; the world's average if left out.", example='"Germany"')
]
GridCarbon = Annotated[
    float | None,
    Quantity("CO2e of the electricity, in place of the average of a grid; 0 where it has none.", "g CO2e per kWh", high=5000, example="50"),
]
EnergyLoad = Annotated[
    float | None,
    Monthly("Share of the hours in which the accelerators work.", "1", high=1, above=True, example='0.7 or "70%"', zero_is_typed=True),
]
EnergyHours = Annotated[
    float | None,
    Quantity(
        "Hours of accelerators of your own, at rest or at work; a month of 730 if left out.",
        "hours", high=1e6, example='720 or "3 weeks"',
    ),
]  # fmt: skip
WorkTokens = Annotated[
    float | None,
    Quantity(
        "Training tokens, or the output tokens that are served.", "tokens", low=1, high=1e18, example='300e9 or "300B"', only_with="params"
    ),
]
Work = Annotated[
    str | None,
    Choice(
        "What the energy is for: training a model, serving it, or accelerators of your own; those if left out.",
        choices=("training", "serving", "accelerators"),
        example='"serving"',
    ),
]
MaybeParams = Annotated[
    Model | None,
    ModelSize(
        "Model that is trained or served, by its parameter count or its name; none for accelerators.",
        "parameters",
        example='"70B" or "GPT-3"',
    ),
]
_PERCENT = 0.1  # of the carbon of a grid: as far as two lists of the same year lie apart


@estimate("kWh")
def energy_use(
    gpu: Gpu = None,
    gpus: GpusOrNone = None,
    hours: EnergyHours = None,
    load: EnergyLoad = None,
    work: Work = None,
    params: MaybeParams = None,
    tokens: WorkTokens = None,
    grid: GridOf = None,
    place: Place = None,
    power_price: PowerPrice = None,
    pue: Pue = None,
    input_tokens: RequestInput = None,
    output_tokens: RequestOutput = None,
    grid_carbon: GridCarbon = None,
) -> Answer:
    """Electricity that training, serving or owned accelerators take, what it costs, its CO2 by grid, and water.

    energy [kWh] = energy of the computers x PUE; computers = accelerators x hours x power x (idle + (average draw - idle) x load)
    training: train_energy of the model and its tokens
    serving: GPU-hours = output tokens / (tokens per second and accelerator x 3600) / load, at rest for what is not load
    CO2 [kg] = energy x g CO2e per kWh of the grid (or `grid_carbon`) / 1000
    water [l] = computers x water of the site + energy x water of generation

    Power is that of the chip with its part of a server (a card at home or in an office has none). Idle draw is measured at
    the wall of servers at rest, or on cards. CO2 is a yearly average of the whole life cycle of generation, location based: what
    a company buys in certificates does not count. Making the hardware is not included. Tokens served are output tokens of
    requests of these lengths. One accelerator and a month of 730 hours unless given. Published figures of whole products stand
    next to a serving answer.

    Raises what train_energy and infer_throughput raise, MissingInput for training or serving without a model or its tokens, and
    UnknownName for a grid, and InputError where both a grid and grid_carbon are given.
    """
    chip = default("gpu", gpu, catalogue.default_gpu())
    done = default("work", work, "accelerators")
    asked = Asked(chip, gpus, place=place)
    if done != "accelerators" and params is None:
        raise MissingInput("params", f'{done} needs a model: give its name or parameter count, such as "70B"')
    if done == "accelerators" and params is not None:
        raise MissingInput("work", "a model is given: say training or serving")
    if done == "serving" and gpus is not None and fails(gpus >= 1):
        raise InputError("gpus", gpus, "serving needs at least one")
    if grid is not None and grid_carbon is not None:
        raise InputError("grid_carbon", grid_carbon, "a grid is given too, which has its own: give one of the two")
    cooling = asked.cooling(pue)
    if params is None:
        share, time = _share(load), assumed("hours_per_month", hours, "hours")
        if is_kept():
            question_term("hours", time / catalogue.constant("hours_per_month"), HOURS_OF_ONE)
        computers = default("gpus", gpus, 1.0, "GPUs") * time * asked.server_kw() * _draw(asked, "gpu", share)
    elif done == "training":
        computers = float(train_energy.of(params, tokens, chip, None, cooling).value) / cooling
    else:
        computers = _serving(asked, params, tokens, load, (input_tokens, output_tokens))
    return _answer(asked, computers, cooling, power_price, (grid, grid_carbon), tokens if done == "serving" else None, output_tokens)


def _share(load: Any) -> float:
    if isinstance(load, Path):
        raise InputError("load", load, "give one share for all the hours")
    return assumed("owned_load", load, "load")


def _draw(asked: Asked, of: str, load: float) -> float:
    """Average power over the highest, at rest for a part of the hours."""
    idle = assumed("idle_draw_card" if asked.is_card else "idle_draw_server")
    busy = assumed("average_draw_tpu" if asked.chip.generation == "tpu" else f"average_draw_{of}")
    return idle + (busy - idle) * load


def _serving(asked: Asked, params: Model, tokens: float | None, load: Any, request: tuple[float | None, float | None]) -> float:
    """Energy of the computers [kWh] for so many output tokens, with the hours at rest that a load below 1 brings."""
    if tokens is None:
        raise MissingInput("tokens", "serving needs the output tokens, such as 1e9")
    if isinstance(load, Path):
        raise InputError("load", load, "give one share for all the hours")
    group = serving(params, asked.chip, asked.gpus, None, *request, None, None)
    formula = "output tokens / tokens per second and accelerator / 3600"
    busy = step("GPU-hours at full load", formula, tokens / group.rate() / 3600 * group.gpus, "GPU-hours")
    share = assumed("serving_load", load, "load")
    hours = step("GPU-hours", "at full load / load", busy / share, "GPU-hours", figure="gpu_hours")
    return float(hours * asked.server_kw() * _draw(asked, "serving", share))


def _answer(
    asked: Asked,
    computers: float,
    cooling: float,
    power_price: float | None,
    grid: tuple[str | None, float | None],
    tokens: float | None,
    output_tokens: float | None,
) -> Answer:
    step("Energy of the computers", "accelerators with their servers", computers, "kWh", figure="computers")
    energy = step("Energy", "computers x PUE", computers * cooling, "kWh")
    if is_kept():
        price = assumed("power_price" if asked.has_cluster else "power_price_commercial", power_price, "power_price")
        step("Cost of electricity", "energy x price", energy * price, "USD", figure="cost")
        _carbon(energy, *grid)
        _water(asked, computers, energy)
        if tokens:
            step(
                "Energy of a million output tokens",
                "energy / tokens",
                energy / tokens * 1e6,
                "kWh per million tokens",
                figure="per_million_tokens",
            )
            written = assumed("serving_output_tokens", output_tokens, "output_tokens")
            formula = "energy / tokens x output tokens of a request"
            step("Energy of an answer", formula, energy / tokens * written * 1000, "Wh", figure="per_answer")
            _published()
        average = "a yearly average of the grid: the hour and what a company buys may differ much; " if grid[1] is None else ""
        warn(f"{average}making the hardware is not included")
    return Answer(energy, "energy")


def _carbon(energy: float, grid: str | None, given: float | None) -> None:
    """The CO2 of the energy: by the average of a grid, or by what was given in its place."""
    if given is not None:
        usual = [row.carbon for row in catalogue.grids().rows]
        if given and not min(usual) / FAR <= given <= max(usual) * FAR:
            warn(f"grid_carbon: {given:g} is far from {min(usual):g} to {max(usual):g}, which grids have; check it and its unit")
        step("CO2", f"energy x {given:g} g CO2e per kWh, as given", energy * given / 1000, "kg CO2e", figure="co2")
        return
    where = catalogue.grids().get(grid or "world")
    assert where is not None
    default("grid", grid, where.name)
    low, high = where.carbon * (1 - _PERCENT), where.carbon * (1 + _PERCENT)
    carbon = uncertain("grid_carbon", where.carbon, low, high, "g CO2e per kWh", where.source)
    formula = f"energy x {carbon:g} g CO2e per kWh"
    step(f"CO2, {where.name} {where.year}", formula, energy * carbon / 1000, "kg CO2e", where.source, figure="co2")


def _water(asked: Asked, computers: float, energy: float) -> None:
    site = 0.0 if asked.place in ("office", "home") else computers * assumed("water_site")
    step("Water of cooling", "computers x water of the site", site, "l", figure="water_site")
    made = step("Water of generation", "energy x water of generation", energy * assumed("water_generation"), "l", figure="water_generation")
    step("Water", "of cooling and of generation", site + made, "l", figure="water")
    ends = [
        computers * getattr(catalogue.assumption("water_site"), end) * bool(site)
        + energy * getattr(catalogue.assumption("water_generation"), end)
        for end in ("low", "high")
    ]
    figure("water_low", ends[0], "l")
    figure("water_high", ends[1], "l")


def _published() -> None:
    for name, label in (
        ("gemini_prompt_energy", "Published: median text prompt of Gemini"),
        ("chatgpt_query_energy", "Published: average query of ChatGPT"),
    ):
        row = catalogue.assumption(name)
        step(label, row.description, catalogue.constant(name), "Wh", row.source, figure=name)
        cite(row.source)

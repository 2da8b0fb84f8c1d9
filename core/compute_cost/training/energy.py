"""How much electricity a training run takes."""

from __future__ import annotations

import math
from typing import Annotated

from compute_cost import catalogue
from compute_cost.errors import NoData
from compute_cost.parameters import Gpu, Params, Precision, Quantity, Tokens, Utilization
from compute_cost.registry import estimate
from compute_cost.result import Figure, Result, Trace
from compute_cost.training.run import training_run

Pue = Annotated[
    float | None,
    Quantity("Power usage effectiveness: energy of the whole facility over that of its computers.", low=1, high=5, example="1.1"),
]


@estimate("kWh")
def train_energy(
    params: Params,
    tokens: Tokens = None,
    gpu: Gpu = None,
    utilization: Utilization = None,
    pue: Pue = None,
    precision: Precision = None,
) -> Result:
    """Electricity of one training run, the facility's cooling and losses included.

    energy [kWh] = GPU-hours x chip power [kW] x server power per chip power x average draw x PUE

    The GPU-hours are those of train_gpu_hours; chip power is the highest rated; the server's share
    (CPUs, memory, network cards, fans) and the average draw in training are those of the cost model of
    Cottier et al. 2024 (arXiv 2405.21015). The interval joins utilization, average draw and, unless
    given, PUE by the root of the summed squares of the logarithms. Published figures have different
    bounds: chips alone (`chips` among the values), servers, or the whole facility.
    Valid for data-center servers; switches and storage outside the servers are not counted.

    Raises what train_gpu_hours raises, and NoData where the catalogue has no power of the accelerator.
    """
    run = training_run(
        model=params, tokens=tokens, gpu=gpu, utilization=utilization, precision=precision, seq_len=None, active_params=None, gpus=None
    )
    if not run.gpu.power:
        raise NoData(f"gpu: the catalogue has no power of {run.gpu.name}; name another accelerator")
    server = catalogue.assumption_of_chip("server_power", run.gpu, "other")
    draw = catalogue.assumption("average_draw_tpu" if run.gpu.generation == "tpu" else "average_draw_gpu")
    usual_pue = catalogue.assumption("pue")
    factor = catalogue.constant("pue") if pue is None else pue
    share = catalogue.constant(draw.name)
    chips = run.hours * run.gpu.power / 1000 * share
    servers = chips * catalogue.constant(server.name)
    energy = servers * factor
    down, up = [math.log(run.hours / run.low)], [math.log(run.high / run.hours)]
    for known in (draw, usual_pue) if pue is None else (draw,):
        assert known.low
        assert known.high
        down.append(math.log(catalogue.constant(known.name) / known.low))
        up.append(math.log(known.high / catalogue.constant(known.name)))

    def trace(trace: Trace) -> None:
        run.trace(trace)
        for used in (server, draw):
            trace.input(used.name, used.value, used.unit, "assumed", used.source)
        how = f"GPU-hours x {run.gpu.power:g} W x average draw {share:g} / 1000"
        trace.step(f"Energy of the chips ({run.gpu.name})", how, chips, "kWh", run.gpu.source, draw.source)
        trace.step("Energy of the servers", f"chips x {server.value:g} (server over chip power)", servers, "kWh", server.source)
        trace.input("pue", factor, "ratio", "assumed" if pue is None else "given", usual_pue.source if pue is None else "")
        trace.step("Energy of the facility", f"servers x PUE {factor:g}", energy, "kWh", *(("uptime-2025",) if pue is None else ()))
        if server.name == "server_power_other":
            trace.warn(f"no server of {run.gpu.name} is in the assumptions: the usual ratio of server to chip power is taken")
        if run.gpu.generation == "tpu":
            trace.warn("the average draw of a TPU was measured on TPU v2 and v3; later ones may draw a larger share")

    values = {
        "chips": Figure(chips, "kWh"),
        "servers": Figure(servers, "kWh"),
        "gpu_hours": Figure(run.hours, "GPU-hours"),
        "power_per_gpu": Figure(energy / run.hours, "kW"),
        "utilization": Figure(run.utilization, "1"),
    }
    low, high = energy / math.exp(math.hypot(*down)), energy * math.exp(math.hypot(*up))
    return Result(energy, "kWh", trace, low=low, high=high, name="energy", values=values)

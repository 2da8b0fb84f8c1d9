"""Published figures as rows for a fit: measured throughput, steps of runs, and whole runs."""

from __future__ import annotations

from typing import NamedTuple

from compute_cost import catalogue
from compute_cost.accuracy.scores import run_model, run_precision
from compute_cost.catalogue import measured
from compute_cost.catalogue.records import Accelerator, Run
from compute_cost.physics.formats import peak_of
from compute_cost.physics.training_step import Workload
from compute_cost.physics.utilization import widths_of, workload


class Row(NamedTuple):
    """One published figure: a step's utilization, or that of a whole run with its accelerator-hours."""

    table: str
    id: str
    model: str
    group: str
    organization: str
    year: int
    gpu: Accelerator
    precision: str
    peak: float
    gpus: float | None
    work: Workload
    utilization: float
    hours: float = 0.0


def chip(name: str) -> Accelerator:
    found = catalogue.accelerators().get(name)
    assert found is not None, name
    return found


def run_work(run: Run) -> Workload:
    model = run_model(run)
    return workload(model.params, model.active, widths_of(model), seq_len=run.seq_len, mixture=run.kind == "moe")


def step_rows() -> list[Row]:
    """The two throughput tables and the step figures of published runs."""
    rows = []
    for one in measured.step_rows():
        gpu = chip(one.gpu)
        precision, peak = peak_of(gpu, one.precision)
        widths = (one.layers, one.hidden, one.attention_width or 0.0)
        mixture = one.params > 1.3 * one.active_params
        work = workload(one.params, one.active_params, widths, seq_len=one.seq_len, mixture=mixture)
        reached = one.tokens_per_second_per_gpu * work.flop / peak
        group = one.model.split(" (")[0]
        rows.append(Row(one.table, one.id, one.model, group, one.source, 2025, gpu, precision, peak, one.gpus, work, reached))
    for run in catalogue.runs():
        if "step" in run.use and run.utilization:
            gpu = chip(run.gpu)
            precision, peak = peak_of(gpu, "fp8" if "fp8" in run.utilization_basis else "bf16")
            work = run_work(run)
            owner, year = run.organization, int(run.year)
            rows.append(Row("step of a run", run.id, run.model, run.id, owner, year, gpu, precision, peak, run.gpus, work, run.utilization))
    return rows


def whole_rows() -> list[Row]:
    """The runs whose `use` says so: their own hours, size, tokens and chip published, plain pre-training."""
    rows = []
    for run in catalogue.runs():
        if run.use.startswith("whole run"):
            assert run.gpu_hours
            assert run.tokens
            gpu = chip(run.gpu)
            precision, peak = peak_of(gpu, run_precision(run, gpu))
            work = run_work(run)
            reached = work.flop * run.tokens / (run.gpu_hours * 3600 * peak)
            owner, year, hours = run.organization, int(run.year), run.gpu_hours
            rows.append(Row("whole run", run.id, run.model, run.id, owner, year, gpu, precision, peak, run.gpus, work, reached, hours))
    return rows

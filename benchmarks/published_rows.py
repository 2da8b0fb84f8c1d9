"""Published figures as rows for a fit: measured throughput, steps of runs, and whole runs."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import NamedTuple

from compute_cost import catalogue
from compute_cost.accuracy.scores import run_model, run_precision
from compute_cost.catalogue import measured
from compute_cost.catalogue.columns import period_end
from compute_cost.catalogue.records import Accelerator, Run
from compute_cost.physics.formats import peak_of
from compute_cost.physics.training_step import Setting, Workload
from compute_cost.physics.utilization import day_of, widths_of, workload

ALIKE = 0.05  # how far the parameters of a table and of the catalogue may lie apart for the same model


class Row(NamedTuple):
    """One published figure: a step's utilization, or that of a whole run with its accelerator-hours."""

    table: str
    id: str
    model: str
    organization: str
    year: int
    gpu: Accelerator
    precision: str
    peak: float
    gpus: float | None
    work: Workload
    utilization: float
    hours: float = 0.0
    release: str = ""
    day: float = 0.0
    setting: Setting = Setting()
    billing: str = ""
    known: str = ""  # the catalogue's id of the model

    @property
    def generation(self) -> str:
        return self.gpu.generation

    @property
    def speed(self) -> float:
        """Tokens per second and accelerator."""
        return self.utilization * self.peak / self.work.flop


def chip(name: str) -> Accelerator:
    accelerator = catalogue.accelerators().get(name)
    assert accelerator is not None, name
    return accelerator


@cache
def held_to(gpu: Accelerator, watts: float | None) -> Accelerator:
    """The chip where a limit of its power holds its clock down: one without a measurement of its own."""
    return replace(gpu, id="", power=watts) if watts else gpu


@cache
def known_model(name: str, params: float) -> str:
    """The catalogue's id of the model of that name, however it was run (what stands in brackets); empty if it is of another size."""
    model = catalogue.models().get(name.split(" (")[0])
    return model.id if model and abs(model.params / params - 1) < ALIKE else ""


def run_work(run: Run) -> Workload:
    model = run_model(run)
    return workload(model.params, model.active, widths_of(model), seq_len=run.seq_len, mixture=run.kind == "moe")


def step_rows() -> list[Row]:
    """The measured steps; of rows that differ in nothing that an estimate asks for, the fastest, as a tuned stack would run it."""
    fastest: dict[tuple[object, ...], Row] = {}
    for row in measured.step_rows():
        gpu = held_to(chip(row.gpu), row.power_limit)
        precision, peak = peak_of(gpu, row.precision)
        widths = None
        if row.layers and row.hidden:
            width = row.attention_width or row.hidden
            widths = (row.layers, row.hidden, width * (row.attention_layers or row.layers) / row.layers)
        mixture = row.params > 1.3 * row.active_params
        work = workload(row.params, row.active_params, widths, seq_len=row.seq_len, mixture=mixture)
        reached = row.tokens_per_second_per_gpu * work.flop / peak
        day = day_of(period_end(row.date))
        setting = Setting(row.global_batch, row.micro_batch, day=day)
        measured_row = Row(
            row.table, row.id, row.model, row.organization, int(day), gpu, precision, peak, row.gpus, work, reached,
            release=row.release, day=day, setting=setting, known=known_model(row.model, row.params),
        )  # fmt: skip
        # A table of layouts, such as llm-foundry's, differs in what stands in no column of an estimate: all of it counts.
        key: tuple[object, ...] = (row.table, row.release, row.model, row.gpu, row.gpus, row.precision, work, setting)
        if row.table == "llm-foundry":
            key = (row.id,)
        if key not in fastest or measured_row.utilization > fastest[key].utilization:
            fastest[key] = measured_row
    return list(fastest.values())


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
            rows.append(
                Row("whole run", run.id, run.model, owner, year, gpu, precision, peak, run.gpus, work, reached, hours, billing=run.billing,
                    known=run.catalogue_model)
            )  # fmt: skip
    return rows

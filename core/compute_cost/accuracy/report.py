"""The scoreboard of compute_cost.accuracy.scores as Markdown and as a plot."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

from compute_cost import catalogue
from compute_cost.accuracy import serving_scores
from compute_cost.accuracy.scores import (
    FLAT_RULES,
    Pair,
    by_organization,
    compare,
    estimated,
    farthest_organization,
    flat,
    flat_on_our_compute,
    held_out,
    noise_floor,
    score,
    shipped,
    whole_runs,
)
from compute_cost.amounts import show
from compute_cost.catalogue.measured import rival_serving, step_rows

_SERVING = (
    "What to expect for a case of your own: every row is predicted by constants that were fitted without any row of its source (a "
    "table, a benchmark, a project), from what a user says: model, accelerator, number, format, lengths, and the requests at once or "
    "the speed where the row fixes them; the layout is the row's where it says one, else the best. Saturated: as many requests as fit "
    "and an engine takes. "
    "Prefill: the same, with inputs of 32,000 tokens and answers of 100. At a speed: as many as leave each the speed that the benchmark "
    "demands. The interval is that of the level of software (vendor-tuned, or an open engine), its width high over low. The roofline has "
    f"two constants, {serving_scores.ROOFLINE_BANDWIDTH:.0%} of the bandwidth and {serving_scores.ROOFLINE_PEAK:.0%} of the peak, and is "
    "given our layouts, caches and caps of requests; it has seen these rows. Constants: `core/compute_cost/data/inference.csv`; "
    "`benchmarks/fit_inference.py` fits them again and writes `benchmarks/data/held_out_inference.csv`."
)
_SERVING_HEAD = (
    "| {} | rows | sources | median error | within x1.5 | median ratio | inside 80% interval | width "
    "| roofline: median error | within x1.5 |"
)
_SERVING_RULE = "|---|---|---|---|---|---|---|---|---|---|"
_DUEL = (
    "{tool} looks up tables that were measured kernel by kernel on each chip and adds them up. It is asked for the rows above with a "
    "number of requests at once, of one copy over all chips, on H100, H200 and B200 and of models that it knows, with the engine, format, "
    "lengths, batch and split of the row; ours are predicted with the source left out of the fit. Its engines are newer than most rows. "
    "`benchmarks/rival_serving.py` asks it again; it is no dependency of the project."
)
_MEDIA = (
    "Seconds per image, and per second of sound, each table of rows left out of the fit that predicts it. The interval is that of "
    "vendor-tuned software where the row is of it, else that of open software. Constants: `core/compute_cost/data/inference.csv`; "
    "`benchmarks/fit_media.py` fits them again and writes `benchmarks/data/held_out_media.csv`. Transcription has few tables, of one chip "
    "each, so a table left out leaves little to tell what its software does: hence the wide interval. Video is not estimated. Nothing "
    "is fitted to images of 2022: PyTorch fused attention in March 2023, and older software took up to twice as long."
)
_SERVING_BOUNDS = (
    "What bounds it: software. The same point of one benchmark tripled within ten weeks, settings of one engine on one "
    "machine differ by a quarter, and a mixture of experts depends on kernels that come and go with versions. Open engines "
    "spend time of the host on every token that vendors' own do not, so the level matters more than any constant. Inputs of"
    " InferenceX are upper bounds, those of ML.ENERGY and MLPerf approximate. Two kinds of rows are predicted but not "
    "fitted: prefill and decoding on separate chips, which are taken as one pool, and GPUStack's bursts of several hundred "
    "short requests at once, which fill and drain: dense models reach a tenth less there than at a steady load, mixtures of"
    " experts a third less. Eight rows of LLM-Inference-Bench are not used: mixtures in TensorRT-LLM that are served faster"
    " than the weights of all experts can be read, so their requests must have been alike.\n\n"
    "What was tried for mixtures, with everything fitted again each time: the change in the mean, over questions and "
    "sources, of the median of |ln(predicted / published)|. Before, that was 0.25 with a source left out, 0.26 with a chip "
    "generation left out and 0.22 for rows newer than the fit. The first two columns chose what was taken, so they flatter "
    "it a little, and newer rows gain nothing. Nearly all mixtures at a speed and most of MLPerf's are one model on one "
    "chip, which says as much as one row.\n\n"
    "| form | source left out | chip generation left out | newer than the fit |\n"
    "|---|---|---|---|\n"
    "| products wait for the busiest experts: a factor on all of them (taken) | -0.037 | -0.027 | +0.005 |\n"
    "| with it, uneven choice, so that fewer experts are read (taken) | -0.012 | -0.013 | +0.001 |\n"
    "| with both, longer layers in narrow formats, for rounding activations; a point or more worse for full batches and "
    "single streams | -0.004 | -0.001 | -0.005 |\n"
    "| the factor on the experts' own products alone | -0.025 | -0.030 | +0.015 |\n"
    "| time to move tokens to their experts | -0.002 | -0.006 | -0.006 |\n"
    "| uneven loads in line with the experts of a token | -0.001 | +0.003 | -0.008 |\n"
    "| layers of vendor-tuned software apart | -0.007 | +0.001 | +0.005 |\n"
    "| uneven loads of vendor-tuned software apart | -0.003 | +0.000 | +0.007 |\n"
    "| layers that get shorter from year to year | +0.009 | +0.005 | -0.005 |\n"
    "| arithmetic, reading and host that overlap | +0.002 | -0.001 | +0.011 |\n"
    "| AMD's products in vendor-tuned software apart | +0.001 | +0.000 | +0.000 |\n"
    "\n"
    "With TensorRT-LLM and MLPerf left out together, which share NVIDIA's software, what was taken comes no nearer: 0.20 "
    "instead of 0.17. Full batches of mixtures are then 23% off instead of 13%, those at a speed 23% instead of 3%, and "
    "given batches 17% instead of 18%. Nothing else tells how fast vendor-tuned software is, so dense models too come out "
    "at 0.73 of what is measured; mixtures came out right before because they were too fast by as much.\n\n"
    "Most mixtures at a speed are Mixtral on one kind of chip, with software of 2024. DeepSeek-R1 on racks comes out twice "
    "too high there: three rows of September 2025, under limits on the slowest percent. InferenceX measured the same chips "
    "and model in 2026, at 10 to 50 tokens/s for each user, at 1.2 to 1.7 times what is predicted: no constants are near "
    "both. Single streams of mixtures at home, which are neither fitted nor kept here: 55 published ones are 24% off in the"
    " median, and 15% where of several engines on one machine the fastest counts; 93 of dense models 10%, by which the time"
    " of layers on cards and the ranges at home were chosen. New kinds of attention run slowest there. Of makers none of "
    "whose data-center chips was measured (AWS, Intel, Huawei and others) published runs reach from a third of a prediction"
    " to all of it, so the range of their chips is as wide.\n\n"
    "The mean time to the first token under load is that of random arrivals: of MLPerf's servers, whose requests come so, "
    "three quarters of what is measured, and half of the slowest percent. Benchmarks that start a number of requests at "
    "once and keep it going (217 of InferenceX) measure 0.8 times that in the median, with a tail to four times; their "
    "slowest percent waits eleven times as long, like the last of those that start together (time_to_first_token_of_last): "
    "1.5 times that with inputs of 8,000 tokens, 2.9 times with 1,000. What it waits beyond that is half a second to four "
    "and hardly grows with the requests, as of a server that warms up: from 65 at once on it is 1.0 and 1.5 times."
)


def report() -> str:
    """The scoreboard as Markdown."""
    parts = [
        _INTRODUCTION,
        _whole_table(),
        _INTERVAL,
        _paired(),
        _noise(),
        _step_table(),
        _serving_table(),
        _duel_table(),
        _media_table(),
        _per_run(),
        _left_out(),
    ]
    return "\n\n".join(parts) + "\n"


_INTRODUCTION = """# Accuracy

Generated by `compute-cost accuracy --write`. Everything is compared on published figures in `core/compute_cost/data` and
`benchmarks/data`; error means |predicted / published - 1|. The constants are in `core/compute_cost/data/utilization.csv`;
`benchmarks/fit_utilization.py` fits them again and writes the held-out predictions in `benchmarks/data/held_out.csv`.

![Predicted against published GPU-hours](accuracy.png)

## Whole runs: GPU-hours billed"""

_INTERVAL = """Leaving out an organization or a generation refits the constants of practice, and with an organization left out the
interval too is that of the others. It reaches further towards more hours than towards fewer, as runs lose more than they gain; its
width is the root of its high end over its low one. Published hours are of two kinds, metered hours of running jobs and whole days of
a reserved cluster; the prediction does not know which is meant unless `billing` says so.

What the step physics buys for a whole run of a bare count is little: a table of one number per chip generation and one for mixtures of
experts, the medians of the other runs on 6ND, is about as near for it: the comparison below does not settle that its median error is
larger. What the prediction adds is fewer large misses, a range, and an answer that depends on the cluster, the batch, the precision
and the software.

The model's form (which terms there are, and the constants marked "set") was chosen with these rows in view. That makes the held-out
figures optimistic; 2 to 4 points of the median and 5 to 8 points of the coverage is a guess at how much, not a measurement."""

_STEP_BOUNDS = """Tokens per second and chip, with the batches of the row given where it has them. Left out is a whole stack (all tables of
one framework or benchmark), all rows of an organization, or a release of Megatron-Bridge with all later ones. The simplest rule is the
median utilization of the other rows of the same chip generation, width of the number format and kind of model. A model of the catalogue
whose own steps are among the other rows, on the same chip and in the same width, is predicted with them: that halves the error of a next
release, and has an interval of its own.

What bounds it is the stack. The same model on the same chip in the same format and length stands in two tables 13 times: they differ by 9%
in the median, and by up to 2.9 times (torchtitan's B200 against Megatron-Bridge's). A factor for every stack and chip that knew the answer
would leave 9.8% with a stack left out and 9.1% for a next release. What was tried on the rows that are left out, without the measured
models:

| median error, left out | stack | next release | organization |
|---|---|---|---|
| as it was | 14.1% | 13.3% | 15.4% |
| measured steps of the model itself on the chip, drawn towards 1 (taken) | 13.3% | 8.1% | 15.4% |
| all measured rows by their likeness (a Gaussian process on what is left) | 14.8% | 4.7% | 16.5% |
| a factor for each stack and kind of model, its latest release counting most | 14.1% | 11.3% | 15.3% |
| a drift of its own for each width of number format and kind | 14.5% | 12.8% | 15.6% |
| terms for width of layers, length, accelerators and size | 13.7% | 13.6% | 15.1% |
| mixed with the simplest rule, by weights from other rows left out | 14.1% | 13.3% | 15.5% |
| half of it the simplest rule | 13.6% | 18.7% | |
| chips weighed by their stacks and not by their rows | 17.5% | 15.5% | 17.9% |
| a factor for each stack that knew the answer | 10.9% | 13.3% | 10.7% |
| a factor for each stack and chip that knew the answer | 9.8% | 9.1% | 8.9% |"""

_HEAD = "| {} | rows | median error | 90th percentile | within x1.5 | mean ln(predicted / published) | inside 80% interval | width x/÷ |"
_RULE = "|---|---|---|---|---|---|---|---|"


def _line(name: str, pairs: Sequence[Pair]) -> str:
    s = score(pairs)
    covered = "" if s.covered is None else f"{s.covered} of {s.rows}"
    width = "" if s.width is None else f"{s.width:.2f}"
    return f"| {name} | {s.rows} | {s.median:.1%} | {s.ninetieth:.1%} | {s.within:.0%} | {s.bias:+.3f} | {covered} | {width} |"


def _whole_table() -> str:
    lines = [_HEAD.format("estimate"), _RULE]
    for (table, split), pairs in held_out().items():
        if table == "whole run":
            lines.append(_line(f"ours, {split}", pairs))
            if "organization" in split:
                lines.append(_line(f"ours, {split}, one figure per organization", by_organization(pairs)))
                lines.append(_line(f"a table per generation, {split}", [pair.of_rival for pair in pairs]))
    lines.append(_line("ours as shipped (fitted to these runs)", shipped()))
    lines += [_line(name, flat(share)) for name, share in FLAT_RULES]
    lines.append(_line("flat 0.35 on the compute as we count it", flat_on_our_compute(0.35)))
    return "\n".join(lines)


def _paired() -> str:
    """Ours and the simplest rule on the same rows, whole groups resampled."""
    owner = {run.id: run.organization for run in catalogue.runs()}
    step = {row.id: row for row in step_rows()}
    held = held_out()
    compared = {
        "whole runs, one organization left out; a table per generation": (
            held["whole run", "one organization left out"], lambda pair: owner[pair.id],
        ),
        "steps, stack left out; median utilization of generation, format and kind": (
            held["step", "stack left out"], lambda pair: f"{step[pair.id].table} {step[pair.id].gpu}",
        ),
    }  # fmt: skip
    head = "| rows; rule | median error, rule minus ours | mean of absolute ln, rule minus ours | ours nearer |"
    lines = ["## Paired with the simplest rule", "", head, "|---|---|---|---|"]  # fmt: skip
    for name, (pairs, group) in compared.items():
        c = compare(pairs, group)
        lines.append(
            f"| {name} | {100 * c.median:+.1f} points [{100 * c.median_low:+.1f}, {100 * c.median_high:+.1f}] "
            f"| {c.mean:+.3f} [{c.mean_low:+.3f}, {c.mean_high:+.3f}] | {c.better:.0%} of draws |"
        )
    text = (
        "Above zero ours is nearer; in brackets 80% of the draws of a bootstrap over organizations, or over tables and chips. "
        "Where the brackets hold zero, the rows do not tell the two apart."
    )
    return "\n".join([*lines, "", text])


def _noise() -> str:
    far = farthest_organization()
    (deviation, freedom), (usual, fewer) = noise_floor(), noise_floor(without=far)
    return f"""## The noise floor

Teams that train dense models of one size class on one chip generation (Ampere) differ by {deviation:.2f} in the standard deviation
of ln(utilization) ({freedom} degrees of freedom); without the farthest, {far}, by {usual:.2f} ({fewer}). A formula that knew everything
but the team would still miss a new team's run by about {math.expm1(0.6745 * usual):.0%} in the median. A run is easier where other runs
of its team are in the fit, so the row with one figure per organization is what a new team should expect. A median much below 15%
should not be believed."""


def _step_table() -> str:
    lines = ["## Training steps: throughput tables", "", _HEAD.format("rows and what was left out"), _RULE]
    tables = {row.id: row.table for row in step_rows()}
    for (table, split), pairs in held_out().items():
        if table == "step":
            lines.append(_line(split, pairs))
            lines.append(_line(f"the simplest rule, {split}", [pair.of_rival for pair in pairs]))
    for name in sorted(set(tables.values())):
        mine = [pair for pair in held_out()["step", "stack left out"] if tables[pair.id] == name]
        lines.append(_line(f"{name} (stack left out)", mine))
    return "\n".join([*lines, "", _STEP_BOUNDS])


def _serving_table() -> str:
    scores = serving_scores.scores()
    lines = [
        "## Inference: tokens per second",
        "",
        _SERVING,
        "",
        _SERVING_HEAD.format("model, question, what was left out of the fit"),
        _SERVING_RULE,
    ]
    for (split, table, use), row in scores.by_question.items():
        lines.append(_served(f"{table}, {use}, {split}", row))
    lines += ["", "By who measured, the source left out:", "", _SERVING_HEAD.format("model, question, source"), _SERVING_RULE]
    lines += [_served(f"{table}, {use}, {source}", row) for (table, use, source), row in scores.by_source.items()]
    return "\n".join([*lines, "", _SERVING_BOUNDS])


def _duel_table() -> str:
    tool = next((row.tool for row in rival_serving()), "aiconfigurator")
    lines = [
        "## Beside NVIDIA's own tool",
        "",
        _DUEL.format(tool=tool),
        "",
        "| model, who measured | rows | ours: median error | within x1.5 | ratio | theirs: median error | within x1.5 | ratio |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for (table, source), duel in serving_scores.duels().items():
        ours = f"{duel.ours:.0%} | {duel.ours_within:.0%} | {duel.ours_ratio:.2f}"
        theirs = f"{duel.theirs:.0%} | {duel.theirs_within:.0%} | {duel.theirs_ratio:.2f}"
        lines.append(f"| {table}, {source} | {duel.rows} | {ours} | {theirs} |")
    return "\n".join(lines)


def _media_table() -> str:
    lines = [
        "## Images and speech",
        "",
        _MEDIA,
        "",
        "| what, who measured | rows | median error | within x1.5 | median ratio | inside 80% interval | width |",
        "|---|---|---|---|---|---|---|",
    ]
    for (use, source), row in serving_scores.media_scores().items():
        figures = f"{row.rows} | {row.median:.0%} | {row.within:.0%} | {row.ratio:.2f} | {row.held:.0%} | {row.width:.1f}"
        lines.append(f"| {use}, {source} | {figures} |")
    return "\n".join(lines)


def _served(name: str, row: serving_scores.Scored) -> str:
    ours = f"{row.rows} | {row.sources} | {row.median:.0%} | {row.within:.0%} | {row.ratio:.2f} | {row.held:.0%} | {row.width:.1f}"
    return f"| {name} | {ours} | {row.rule_median:.0%} | {row.rule_within:.0%} |"


def _per_run() -> str:
    lines = [
        "## Every run, left out of its own prediction",
        "",
        "| run | organization | chip | chips | published GPU-hours | predicted | 80% interval | ratio | limited by |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    pairs = {pair.id: pair for pair in held_out()["whole run", "one run left out"]}
    for run in whole_runs():
        pair, predicted = pairs[run.id], estimated(run).predicted
        assert predicted
        count = f"{run.gpus:,.0f}" if run.gpus else "not published"
        spread = f"{show(pair.low, '')} to {show(pair.high, '')}"
        inside = "" if pair.is_covered else " (outside)"
        lines.append(
            f"| {run.model} | {run.organization} | {run.gpu} | {count} | {show(pair.published, '')} | {show(pair.predicted, '')} "
            f"| {spread}{inside} | x{pair.ratio:.2f} | {predicted.step.limit} |"
        )
    return "\n".join(lines)


def _left_out() -> str:
    lines = [
        "## Runs with published hours that the fit leaves out",
        "",
        "Nothing is fitted to them; for most the published hours are not those of one plain pre-training run.",
        "",
        "| run | chip | published GPU-hours | predicted | ratio | why left out |",
        "|---|---|---|---|---|---|",
    ]
    for run in whole_runs(fitted=False):
        assert run.gpu_hours
        hours = estimated(run).hours
        why = run.use.removeprefix("out: ")
        lines.append(f"| {run.model} | {run.gpu} | {show(run.gpu_hours, '')} | {show(hours, '')} | x{hours / run.gpu_hours:.2f} | {why} |")
    return "\n".join(lines)


def plot(path: Path) -> None:
    """Draws predicted (each run left out) against published GPU-hours, log-log. Needs matplotlib: the extra `plots`."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure as Canvas

    pairs = {pair.id: pair for pair in held_out()["whole run", "one run left out"]}
    generations = {chip.id: chip.generation for chip in catalogue.accelerators().rows}
    style = {
        "ampere": ("o", "#1f77b4", "A100, A800"),
        "hopper": ("s", "#d62728", "H100, H800"),
        "volta": ("^", "#2ca02c", "V100"),
        "tpu": ("D", "#9467bd", "TPU"),
    }
    canvas = Canvas(figsize=(10, 9), dpi=110, layout="constrained")
    FigureCanvasAgg(canvas)
    axes = canvas.add_subplot()
    ends = [0.4, 4e8]
    axes.plot(ends, ends, color="black", linewidth=1, label="predicted = published")
    axes.fill_between(ends, [x / 1.5 for x in ends], [x * 1.5 for x in ends], color="#bbbbbb", alpha=0.35, linewidth=0, label="within x1.5")
    for generation, (marker, color, label) in style.items():
        mine = [pairs[run.id] for run in whole_runs() if generations[run.gpu] == generation]
        if mine:
            down = [p.predicted - p.low for p in mine]
            up = [p.high - p.predicted for p in mine]
            axes.errorbar(
                [p.published for p in mine], [p.predicted for p in mine], yerr=[down, up], fmt=marker, color=color, markersize=5,
                elinewidth=0.8, label=f"{label} (bar: 80% interval)",
            )  # fmt: skip
    names = {run.id: run.model.split(" (")[0] for run in whole_runs()}
    for above in (False, True):
        mine = sorted((pair for pair in pairs.values() if (pair.ratio > 1) == above), key=lambda pair: pair.published * pair.predicted)
        heights = _apart([math.log10(pair.published * pair.predicted) / 2 for pair in mine], 0.11)
        for pair, height in zip(mine, heights, strict=True):
            side = -0.55 if above else 0.55
            axes.annotate(
                names[pair.id], (pair.published, pair.predicted), xytext=(10 ** (height + side), 10 ** (height - side / 5)),
                ha="right" if above else "left", va="center", fontsize=7,
                arrowprops={"arrowstyle": "-", "color": "#999999", "linewidth": 0.4},
            )  # fmt: skip
    axes.set(xscale="log", yscale="log", xlim=ends, ylim=ends)
    axes.set(xlabel="Published GPU-hours", ylabel="Predicted GPU-hours (run left out of the fit)")
    axes.set_title("GPU-hours of published training runs, predicted by constants fitted without the run")
    axes.grid(visible=True, which="major", color="#dddddd", linewidth=0.6)
    axes.legend(loc="upper left", fontsize=8)
    canvas.savefig(path, metadata={"Software": None})  # the same figures give the same file


def _apart(places: Sequence[float], gap: float) -> list[float]:
    """The places in their order, moved as little as makes neighbors at least `gap` apart."""
    moved = list(places)
    for _ in range(500):
        for i in range(len(moved) - 1):
            short = gap - (moved[i + 1] - moved[i])
            if short > 1e-6:
                moved[i] -= short / 2
                moved[i + 1] += short / 2
    return moved

"""The package's own data: every row is well, what people name is there, and what was worked out from rows still follows from them."""

from __future__ import annotations

import contextlib
import csv
import re
import statistics
from collections import defaultdict
from pathlib import Path

import pytest

import compute_cost
from compute_cost import catalogue
from compute_cost.catalogue import expiry, schema
from compute_cost.catalogue.shelves import read_text
from compute_cost.errors import CostError, InputError, NoData
from compute_cost.physics.formats import peak_of
from tests.support import command, number

pytestmark = pytest.mark.live

NAMES = [
    "A100", "A100-80GB", "a100 80gb", "A100-40GB", "A100 PCIe 80GB", "H100", "H100 PCIe", "H800", "H200", "B200", "B300", "GB200", "GB300", "V100",
    "TPU v2", "TPU v3", "TPU v4", "TPU v5e", "TPU v5p", "TPU v6e", "TPU v7", "L4", "L40S", "A40", "A6000", "RTX A6000", "RTX 3090", "4090", "RTX 4090",
    "RTX 6000 Ada", "MI300X", "M1 Max", "M2 Max", "M2 Ultra", "M3 Max", "M4 Pro", "T4", "A10", "Trainium2", "Gaudi 2",
]  # fmt: skip
MODELS = [
    "GPT-3", "gpt3", "Llama 2 70B", "Llama 3 70B", "Llama 3 8B", "Llama-3.1-405B", "Mixtral 8x7B", "Mistral 7B", "BLOOM", "PaLM", "Falcon 180B",
    "DeepSeek V3", "Qwen2 72B", "OPT-175B", "GPT-NeoX-20B", "Chinchilla 70B", "Gemma 2 27B", "DBRX", "Kimi K2", "gpt-oss-120b",
]  # fmt: skip


def test_every_row_is_well() -> None:
    assert catalogue.is_package()
    assert schema.problems({name: read_text(name) for name in schema.FILES}) == []
    done = command("data", "check")
    assert done.returncode == 0, done.stderr
    assert "no problems found" in done.stdout


def test_nothing_is_overdue_without_a_reason() -> None:
    overdue = expiry.overdue(catalogue.catalogue_date())
    assert overdue
    assert [due.figure for due in overdue if not due.reason] == []


def test_no_provider_asks_more_at_spot_prices_than_on_demand() -> None:
    """Of one chip within a month and a half: such a row is of another product, such as calls of a function."""
    for gpu, rows in catalogue.prices().items():
        for spot in (row for row in rows if row.term == "spot"):
            alike = [
                row.price
                for row in rows
                if (row.provider, row.term) == (spot.provider, "on_demand") and abs((row.seen - spot.seen).days) <= 45
            ]
            assert not alike or spot.price <= max(alike) * 1.001, f"{gpu}, {spot.provider}, {spot.date}"


def test_files_are_plain_tables() -> None:
    paths = list(Path(compute_cost.__file__).with_name("data").glob("*.csv"))
    assert len(paths) > 8
    for path in paths:
        raw = path.read_bytes()
        assert b"\r" not in raw, f"{path.name} has Windows line ends"
        rows = list(csv.reader(raw.decode("utf-8").splitlines()))
        assert {len(row) for row in rows} == {len(rows[0])}, path.name


@pytest.mark.parametrize("name", NAMES)
def test_names_people_type(name: str) -> None:
    assert catalogue.accelerators().get(name) is not None


@pytest.mark.parametrize("name", MODELS)
def test_models_people_name(name: str) -> None:
    assert catalogue.models().get(name) is not None


def test_no_alias_is_a_bare_name_of_a_family_of_several_sizes() -> None:
    """What another tool takes for the usual size of a family is nothing that the name says: the size is asked for.

    The papers call the largest GPT-2 and BLOOM by these names alone, and a model whose own name gives no size keeps it.
    """
    allowed = {"GPT-2", "BLOOM"}
    rows = catalogue.models().rows
    sized = re.compile(r"\d(?:\.\d+)?[bm](?![a-z])", re.IGNORECASE)
    families: dict[str, set[float]] = defaultdict(set)
    for row in rows:
        if at := sized.search(row.name):
            families[catalogue.key(re.split(r"[\d.x]*$", row.name[: at.start()])[0])].add(row.params)
    assert len(families["qwen3"]) > 4
    wrong = [
        (row.name, alias)
        for row in rows
        for alias in row.aliases.split("; ")
        if alias not in allowed and len(families.get(catalogue.key(alias), ())) > 1
    ]
    assert wrong == []


@pytest.mark.parametrize(
    "name", ["RTX 3060 Ti GDDR6X", "NVIDIA GeForce RTX 3060 Ti GDDR6X 8GB", "GTX 1650 GDDR6", "RTX 4070 12GB GDDR6", "H20 HBM3e"]
)
def test_a_card_with_other_memory_is_not_taken_for_the_one_that_is_known(name: str) -> None:
    with pytest.raises(CostError, match="is not estimated"):
        compute_cost.gpu_fact(name, "memory_bandwidth")


@pytest.mark.parametrize("name", ["RTX 3060 Ti GDDR6", "NVIDIA GeForce GTX 1650 GDDR5", "RTX 4070 GDDR6X", "NVIDIA H100 80GB HBM3"])
def test_a_card_may_be_named_with_its_memory(name: str) -> None:
    bandwidth = compute_cost.gpu_fact(name, "memory_bandwidth").value
    assert isinstance(bandwidth, float)
    assert bandwidth > 100


@pytest.mark.parametrize("number", ["4000", "5000", "6000"])
def test_a_workstation_card_without_its_generation_is_asked_about_with_each(number: str) -> None:
    with pytest.raises(InputError, match="may be") as refused:
        compute_cost.gpu_fact(f"RTX {number}", "name")
    assert f"RTX {number} Ada" in str(refused.value)
    assert f"Quadro RTX {number}" in str(refused.value)


@pytest.mark.parametrize("name", ["gemma3", "Qwen3", "google/gemma-3-it", "llama3.2", "mistral", "phi3", "qwen2.5-coder", "qwen3:latest"])
def test_a_family_is_asked_about_with_its_sizes(name: str) -> None:
    with pytest.raises(InputError, match=r"may be .*B parameters\).*give the whole name"):
        compute_cost.memory_needed(name)


def test_size_of_the_catalogue() -> None:
    assert len(catalogue.accelerators().rows) >= 300
    assert len(catalogue.models().rows) >= 60


def test_dense_peaks() -> None:
    """Sparse peaks are twice as high and often quoted; NVIDIA's data sheets list both."""
    peaks = {"A100": 312e12, "H100": 989e12, "V100": 125e12, "RTX 4090": 165.2e12, "MI300X": 1307e12, "TPU v4": 275e12, "L40S": 362e12}
    for name, peak in peaks.items():
        chip = catalogue.accelerators().get(name)
        assert chip is not None
        assert peak_of(chip)[1] == pytest.approx(peak, rel=1e-3)


# Dense FLOP of one SM or CU at each clock, as NVIDIA's papers and AMD's pages give them: fp32, fp16 (bf16), fp8, int8, fp4. GeForce cards
# multiply 16- and 8-bit floating point at half the rate where they add up in fp32, as training and serving do.
RATES = {
    ("NVIDIA", "turing", True): (128, 512, 0, 2048, 0), ("NVIDIA", "turing", False): (128, 1024, 0, 2048, 0),
    ("NVIDIA", "ampere", True): (256, 512, 0, 2048, 0), ("NVIDIA", "ampere", False): (256, 1024, 0, 2048, 0),
    ("NVIDIA", "ada", True): (256, 512, 1024, 2048, 0), ("NVIDIA", "ada", False): (256, 1024, 2048, 2048, 0),
    ("NVIDIA", "blackwell", True): (256, 512, 1024, 2048, 4096), ("NVIDIA", "blackwell", False): (256, 1024, 2048, 2048, 4096),
    ("AMD", "rdna2", True): (128, 256, 0, 512, 0), ("AMD", "rdna3", True): (256, 512, 0, 512, 0), ("AMD", "rdna4", True): (256, 1024, 2048, 2048, 0),
}  # fmt: skip


def test_peaks_are_units_times_clock_times_the_dense_rate() -> None:
    checked = 0
    for chip in catalogue.accelerators().rows:
        geforce = (chip.is_consumer and chip.name != "TITAN RTX") or chip.vendor == "AMD"
        rates = RATES.get((chip.vendor, chip.generation, geforce))
        if not (rates and chip.units and chip.clock and "peaks:" in chip.note):
            continue
        for name, rate in zip(("fp32", "fp16", "fp8", "int8", "fp4"), rates, strict=True):
            assert (getattr(chip, name) or 0) == pytest.approx(chip.units * chip.clock * 1e6 * rate / 1e12, rel=2e-3), (chip.name, name)
        checked += 1
    assert checked > 100


def test_what_drivers_report_is_a_little_less_than_the_name_says() -> None:
    """GiB, not GB: none reports more than its name in GiB, and none less than error correction takes of it."""
    reporting = [chip for chip in catalogue.accelerators().rows if chip.memory_reported]
    assert len(reporting) >= 40
    for chip in reporting:
        assert chip.memory_reported is not None
        assert 0.93 <= chip.memory_reported / 1024 / chip.memory <= 1, chip.name
    shares = [(chip.memory_reported or 0) / 1024 / chip.memory for chip in reporting]
    assert catalogue.assumption("memory_reported_share").low == pytest.approx(min(shares), abs=0.01)


def test_every_chip_answers_or_says_what_to_give() -> None:
    """Training, serving, memory and a fact of each: a refusal names the argument, and an announced chip is said to be one."""
    announced = set()
    for chip in catalogue.accelerators().rows:
        answers = [
            compute_cost.train_cost("Llama 3 8B", gpu=chip.name, price_per_gpu_hour=1, gpus=128),
            compute_cost.infer_cost("Llama 3.1 8B", chip.name, price_per_gpu_hour=1),
            compute_cost.memory_fit("Llama 3.1 8B", chip.name),
            compute_cost.gpu_fact(chip.name, "memory"),
        ]
        assert all(0 < answer.low <= answer.value <= answer.high for answer in answers), chip.name  # type: ignore[operator]
        if any("not sold yet" in warning for warning in answers[0].warnings):
            announced.add(chip.id)
        try:
            compute_cost.train_cost("Llama 3 8B", gpu=chip.name, gpus=128)
        except NoData as problem:
            assert str(problem).startswith("price_per_gpu_hour: "), chip.name  # noqa: PT017
    assert announced == {chip.id for chip in catalogue.accelerators().rows if chip.status == "announced"} != set()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Groq LPU", "Groq hosts"), ("Cerebras CS-3", "Cerebras WSE-3"), ("NVIDIA GeForce RTX 5090 D", "cut for export"), ("H20 141GB", "give H20"),
        ("Trainium4", "give Trainium3"), ("Ascend 950PR", "no 16-bit peak"), ("CPU", "name a GPU"), ("g6f.xlarge", "an eighth of an L4"),
        ("dl2q.24xlarge", "Qualcomm Cloud AI 100, is not estimated"), ("Arc Pro B60 Dual", "twice the number"),
    ],
)  # fmt: skip
def test_what_is_not_estimated_is_refused_with_the_reason(name: str, words: str) -> None:
    with pytest.raises(InputError, match="^gpu: ") as caught:
        compute_cost.train_cost("Llama 3 8B", gpu=name)
    assert words in str(caught.value)


def test_the_usual_discounts_lie_between_those_that_are_published() -> None:
    """Worked out again: the pairs of one provider and day since 2024, and published rents of a term against the index on demand of their day."""
    pairs: dict[str, list[float]] = defaultdict(list)
    published: dict[str, list[float]] = defaultdict(list)
    for gpu, rows in catalogue.prices().items():
        days: dict[tuple[str, str], dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
        for row in rows:
            if row.source == "epoch-hardware" and row.date >= "2024":
                days[row.provider, row.date][row.term].append(row.price)
            if row.kind == "index":
                with contextlib.suppress(NoData):
                    on_demand = compute_cost.gpu_price(gpu, as_of=row.day).value
                    assert isinstance(on_demand, float)
                    published[row.term].append(1 - row.price / on_demand)
        for terms in days.values():
            for term in {"reserved_1y", "reserved_3y"} & terms.keys() if "on_demand" in terms else ():
                pairs[term].append(1 - statistics.median(terms[term]) / statistics.median(terms["on_demand"]))
    for term in ("reserved_1y", "reserved_3y"):
        used = catalogue.assumption(f"reserved_discount_{term[-2:]}")
        low, high = sorted(statistics.median(found[term]) for found in (pairs, published))
        assert low - 0.02 <= number(used.value) <= high + 0.02
        assert used.low is not None
        assert used.high is not None
        assert used.low <= low
        assert used.high >= high


def test_every_provider_with_a_price_has_a_row_with_its_names() -> None:
    named = {row["id"] for row in catalogue.read_rows("providers")}
    priced = {row["provider"] for row in catalogue.read_rows("prices") if row["kind"] != "index"}
    assert priced | {row["provider"] for row in catalogue.read_rows("instances")} == named


def test_instances_are_whole_chips_or_say_why_not() -> None:
    """Counts as the providers' pages give them; a share of a chip is never taken for a chip."""
    instances = catalogue.instances()
    assert len(instances.rows) >= 280
    counts = {
        "p5.48xlarge": ("h100-sxm-80", 8), "g5.12xlarge": ("a10g", 4), "inf2.48xlarge": ("inferentia2", 12), "trn1.32xlarge": ("trainium1", 16),
        "a2-megagpu-16g": ("a100-sxm-40", 16), "ct5p-hightpu-4t": ("tpu-v5p", 4), "Standard_ND96isr_H100_v5": ("h100-sxm-80", 8),
        "NC40ads_H100_v5": ("h100-nvl-94", 1), "BM.GPU.H100.8": ("h100-sxm-80", 8), "gpu_1x_a100": ("a100-pcie-40", 1), "v3-8": ("tpu-v3", 4),
    }  # fmt: skip
    for name, wanted in counts.items():
        found = instances.get(name)
        assert found is not None
        assert (found.gpu, found.gpus, found.refused) == (*wanted, ""), name
    for name in ("g6f.xlarge", "Standard_NV12ads_A10_v5", "dl2q.24xlarge"):
        found = instances.get(name)
        assert found is not None
        assert found.refused, name


def test_a_price_that_nobody_states_says_so() -> None:
    judged = [chip for chip in catalogue.accelerators().rows if chip.has_judged_price]
    assert {"gb200", "l40s"} <= {chip.id for chip in judged}
    for answer in (compute_cost.gpu_fact("GB200", "purchase_price"), compute_cost.rent_or_own("GB200")):
        assert any("judged from offers" in text for text in answer.warnings)
    for answer in (compute_cost.gpu_fact("RTX 5090", "purchase_price"), compute_cost.rent_or_own("GB200", purchase_price=45_000)):
        assert not any("judged from offers" in text for text in answer.warnings)


def test_the_memory_of_a_bare_count_holds_that_of_four_in_five_models_of_its_size() -> None:
    """Of each year that people run models of, and of all without those of any one organization."""
    holds: dict[str, list[bool]] = defaultdict(list)
    for model in catalogue.models().rows:
        if model.in_tokens and model.layers and (model.kv_width or model.kv_heads) and not catalogue.is_closed(model):
            known = compute_cost.memory_needed(model.name, "bf16", 32768)
            guessed = compute_cost.memory_needed(model.params, "bf16", 32768)
            assert guessed.low is not None
            assert guessed.high is not None
            held = guessed.low <= known.value <= guessed.high
            holds[model.released[:4]].append(held)
            holds[model.organization].append(held)
    every = [held for year in holds if year.isdecimal() for held in holds[year]]
    assert len(every) > 450
    assert 0.8 < statistics.fmean(every) < 0.95, "nor is it so wide that it says nothing"
    assert all(statistics.fmean(holds[year]) > 0.8 for year in ("2024", "2025", "2026"))
    for organization in (name for name in holds if not name.isdecimal()):
        assert sum(every) - sum(holds[organization]) > 0.78 * (len(every) - len(holds[organization])), organization

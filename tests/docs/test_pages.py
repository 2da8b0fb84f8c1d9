"""The pages written at the build: one for each estimate, model, chip and source, and what they print gives their figures again."""

from __future__ import annotations

import datetime
import re
import shlex
from xml.etree import ElementTree

import pytest
import typer
from typer.testing import CliRunner

from compute_cost import catalogue, registry
from compute_cost.amounts import show
from compute_cost.command import estimate_commands
from pages import chips, data, drawing, landing, models, reference, words
from tests.support import chip as chip_of, model as model_of

pytestmark = pytest.mark.live


def test_a_command_of_a_page_gives_the_figure_of_the_page() -> None:
    for name, arguments in (
        ("train_cost", {"params": "Llama 3.1 8B", "tokens": 1e12, "gpu": "H100"}),
        ("gpus_needed", {"params": 70e9, "tokens": 2e12, "gpu": "H100", "days": 30}),
        ("serving_cost", {"params": "Llama 3.1 8B", "gpu": "H100", "requests_per_day": 1e5, "input_tokens": 1000, "output_tokens": 500}),
    ):
        line = shlex.split(words.command(name, arguments))
        app = typer.Typer()
        app.callback()(lambda: None)
        estimate_commands.add(app, line[1:])
        done = CliRunner().invoke(app, [*line[1:], "--json"])
        assert line[0] == "compute-cost"
        assert done.exit_code == 0, done.output
        assert f'"value": {registry.get(name).call(**arguments).value!r}' in done.output


def test_an_answer_stands_with_its_range_and_a_failure_with_its_reason() -> None:
    asked = words.Asked("Train it", "train_cost", {"params": "GPT-3", "gpu": "A100"})
    assert asked.result
    assert asked.short() == ["Train it", f"**{show(asked.result.value, 'USD')}**", asked.result.range_text()]
    shown = "\n".join(asked.long())
    assert '=TRAIN_COST("GPT-3",,"A100")' in shown
    assert "compute-cost train-cost GPT-3 --gpu A100" in shown
    failed = words.Asked("Train it", "train_cost", {"params": "GPT-2 1.5B"})
    assert failed.result is None
    assert list(failed.long()) == [f"Train it: no answer ({failed.why_not})."]


def test_each_estimate_has_a_page_under_a_topic() -> None:
    written = dict(reference.pages())
    assert set(written) == {"reference/index.md", *(f"reference/{name}.md" for name in registry.estimates())}
    for name, doc in registry.estimates().items():
        page = written[f"reference/{name}.md"]
        assert page.startswith(f"# {doc.cell_name}\n")
        assert all(f"`{parameter.name}`" in page for parameter in doc.parameters)
        assert f"[{doc.cell_name}]({name}.md)" in written["reference/index.md"]


@pytest.mark.parametrize("name", ["GPT-4", "Llama 3 70B", "GPT-2 1.5B", "Stable Diffusion 1.5", "Whisper large-v3", "DeepSeek-V3"])
def test_the_page_of_a_model_answers_what_it_can(name: str) -> None:
    model = model_of(name)
    written = dict(models.of_model(model, models.training(model)))
    page = written[f"models/{model.id}.md"]
    assert page.startswith(f"# What does {name} cost to ")
    assert "80% range" in page
    assert catalogue.catalogue_date().isoformat() in page
    assert "## \n" not in page
    assert ("## Fine-tune it" in page) == (name not in ("GPT-4", "Stable Diffusion 1.5", "Whisper large-v3"))
    if name == "GPT-4":
        assert "a rumor" in page
        assert "## Hold it in memory" not in page
    if name == "GPT-2 1.5B":
        assert "Train it on 1 trillion tokens, as its own count is not published" in page


@pytest.mark.parametrize("name", ["H100", "RTX 4090", "m1-max-32c-32", "TPU v4"])
def test_the_page_of_a_chip_has_its_prices_and_their_history(name: str) -> None:
    chip = chip_of(name)
    rent = words.Asked("Rent, on demand", "gpu_price", {"gpu": chip.name})
    written = dict(chips.of_chip(chip, rent))
    page = written[f"chips/{chip.id}.md"]
    assert page.startswith(f"# What does {chip.name} cost to rent")
    assert (f"chips/{chip.id}.svg" in written) == (rent.result is not None)
    assert f"{chip.memory:g} GB" in page
    if chip.id == chips.INDEXED:
        by_month = written["chips/h100_by_month.md"]
        months = re.findall(r"^\| (\d{4}-\d\d) \|", by_month, re.MULTILINE)
        assert months == sorted(set(months), reverse=True)
        assert months[0] == catalogue.catalogue_date().isoformat()[:7]


def test_every_source_has_a_place_with_its_license() -> None:
    page = dict(data.pages())["data/sources.md"]
    for source in catalogue.sources().values():
        row = next(line for line in page.splitlines() if f'id="{source.id}"' in line)
        assert f"| {source.license or data.NONE} |" in row


def test_what_is_for_language_models_names_every_estimate() -> None:
    text = dict(landing.pages())["llms.txt"]
    assert all(f"reference/{name}/" in text for name in registry.estimates())


# Drawings


def circles(svg: str) -> list[float]:
    return [float(one.attrib["cx"]) for one in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}circle")]  # noqa: S314 (our own)


def test_values_lie_on_one_axis() -> None:
    at = circles(drawing.ranges("Cost", [drawing.Bar("a", 1, 1, 1), drawing.Bar("b & c", 2, 1, 3), drawing.Bar("d", 3, 3, 4)], "USD"))
    assert at[1] - at[0] == pytest.approx(at[2] - at[1], abs=0.2)


def test_far_apart_values_lie_on_a_logarithmic_axis() -> None:
    at = circles(drawing.ranges("Cost", [drawing.Bar("a", 1, 1, 1), drawing.Bar("b", 10, 9, 11), drawing.Bar("c", 100, 90, 110)], "USD"))
    assert at[1] - at[0] == pytest.approx(at[2] - at[1], abs=0.2)


def test_a_history_draws_each_quote_even_of_a_single_day() -> None:
    day = datetime.date(2025, 1, 1)
    assert len(circles(drawing.history("Rent", [drawing.Month(day, 2, 1, 3)], [(day, 2), (day, 1)]))) == 2

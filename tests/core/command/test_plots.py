"""Pictures hold the estimate's own numbers and say where they come from."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest
import yaml
from matplotlib.text import Text

import compute_cost
from compute_cost.command.plots import plot
from compute_cost.errors import InputError, NoData, UnknownName
from tests.support import command

PICTURES: dict[str, Any] = yaml.safe_load((Path(__file__).parents[3] / "docs" / "pictures.yaml").read_text(encoding="utf-8"))


def texts(figure: Any) -> str:
    return "\n".join(one.get_text() for one in figure.findobj(Text))


@pytest.mark.parametrize("name", PICTURES)
def test_every_picture_of_the_docs_draws_and_names_its_sources(name: str, tmp_path: Path) -> None:
    figure = plot(PICTURES[name]["estimate"], PICTURES[name]["arguments"])
    shown = texts(figure)
    assert PICTURES[name]["estimate"].upper() in shown
    assert "Sources: " in shown
    assert compute_cost.__version__ in shown
    figure.savefig(tmp_path / "one.png")
    assert (tmp_path / "one.png").stat().st_size > 20_000


def test_the_waterfall_adds_up_to_the_cost_of_the_project() -> None:
    arguments: dict[str, Any] = {"params": "GPT-3", "gpu": "A100"}
    result = compute_cost.project_cost(**arguments)
    bars: list[Any] = list(plot("project_cost", arguments).axes[0].patches)
    heights = [bar.get_height() for bar in bars]
    assert sum(heights[:-1]) == pytest.approx(result.value)
    assert heights[-1] == pytest.approx(result.value)


def test_rent_and_own_cross_where_the_estimate_breaks_even() -> None:
    arguments: dict[str, Any] = {"gpu": "H100", "load": 0.9}
    month = compute_cost.rent_or_own(**arguments).values["break_even_month"].value
    lines: list[Any] = list(plot("rent_or_own", arguments).axes[0].lines)
    cheaper = [rent > own for rent, own in zip(lines[0].get_ydata(), lines[1].get_ydata(), strict=True)]
    assert cheaper.index(True) == int(month)  # the first whole month after the break-even, counted from 1


def test_the_curve_is_that_of_the_table_with_its_costs_where_there_is_a_price() -> None:
    arguments: dict[str, Any] = {"params": "Llama 3.1 70B", "gpu": "H100"}
    table = compute_cost.serving_curve(**arguments).table
    figure = plot("serving_curve", arguments)
    line, costs = (cast("Any", axes.lines[0]) for axes in figure.axes)
    assert list(line.get_xdata()) == [row[0] for row in table[1:]]
    assert list(line.get_ydata()) == [row[1] for row in table[1:]]
    assert list(costs.get_ydata()) == [row[-1] for row in table[1:]]
    assert len(plot("serving_curve", {"params": "Llama 3 8B", "gpu": "M2 Ultra"}).axes) == 1


def test_a_list_draws_one_bar_for_each_value_and_a_name_alone_the_published_figures() -> None:
    shown = texts(plot("train_cost", {"params": "GPT-3", "gpu": ["A100", "H100"]}))
    assert "A100" in shown
    assert "Published" not in shown
    assert "Published: outside estimate" in texts(plot("train_cost", {"params": "GPT-3"}))


def test_dollar_signs_are_no_formula() -> None:
    title = plot("rent_or_own", {"gpu": "H100", "load": 0.9}).axes[0].get_title(loc="left")
    assert title.count("$") == 2
    drawn = [one for one in plot("rent_or_own", {"gpu": "H100"}).findobj(Text) if one.get_text().count("$") > 1]
    assert drawn
    assert not any(one.get_parse_math() for one in drawn)


@pytest.mark.parametrize(
    ("name", "arguments", "error"),
    [
        ("find", {"kind": "gpu", "text": "A"}, NoData),
        ("train_cost", {"params": "GPT-9"}, UnknownName),
        ("nothing", {}, UnknownName),
        ("train_cost", {"params": [f"{n}B" for n in range(1, 40)], "tokens": "1T"}, InputError),
        ("train_cost", {"params": ["GPT-9", "GPT-10"]}, InputError),
    ],
)
def test_what_cannot_be_drawn_says_why(name: str, arguments: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        plot(name, arguments)


def test_the_command_writes_a_file_or_one_line(tmp_path: Path) -> None:
    target = tmp_path / "cost.svg"
    done = command("plot", "train_cost", '{"params": "GPT-3"}', "-o", str(target))
    assert done.returncode == 0, done.stderr
    assert target.read_text(encoding="utf-8").startswith("<?xml")
    for wrong in (tmp_path / "cost.docx", tmp_path / "missing" / "cost.png"):
        done = command("plot", "train_cost", '{"params": "GPT-3"}', "-o", str(wrong))
        assert done.returncode == 2
        assert done.stderr.startswith("--output: ")
        assert len(done.stderr.splitlines()) == 1

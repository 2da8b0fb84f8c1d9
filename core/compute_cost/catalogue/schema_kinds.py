"""What the columns of the catalogue's files may hold: dates, sources, amounts, names and how sure a figure is."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from compute_cost import catalogue
from compute_cost.catalogue.records import Confidence as Confidence
from compute_cost.catalogue.records import period_end


def _date(text: str) -> str:
    period_end(text)
    return text


def _source(text: str) -> str:
    if text not in catalogue.sources():
        raise ValueError(f"{text!r} is no source of sources.csv")
    return text


def blank(text: object) -> object:
    return None if text == "" else text


Date = Annotated[str, AfterValidator(_date)]
OptionalDate = Annotated[Date | None, BeforeValidator(blank)]
SourceId = Annotated[str, AfterValidator(_source)]
OptionalSource = Annotated[SourceId | None, BeforeValidator(blank)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Maybe = Annotated[Positive | None, BeforeValidator(blank)]
Number = Annotated[float | None, BeforeValidator(blank)]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.\-]*$")]


class Row(BaseModel):
    """A row: no unknown column, no missing one."""

    model_config = ConfigDict(extra="forbid")


class CoefficientRow(Row):
    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    value: float
    low: Number
    high: Number
    unit: str
    description: str = Field(min_length=10)
    rows: str
    source: SourceId
    date: Date
    confidence: Confidence

"""train_cost for arrays: its own formula, which numpy works out for all elements; the same under Dask.

numpy and Dask are imported only here and only when asked for: an estimate in a cell needs neither.
"""

from __future__ import annotations

import dataclasses
import math
from importlib import import_module
from typing import TYPE_CHECKING, Any

from compute_cost import catalogue, registry
from compute_cost.catalogue.records import Model
from compute_cost.errors import CostError, InputError, lacks
from compute_cost.parameters import SMALLEST, Quantity
from compute_cost.physics.formats import peak_of
from compute_cost.prices.rental import question_price
from compute_cost.training.run import train_cost

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

_COLUMNS = ("params", "tokens", "price", "utilization")  # of a Dask dataframe, in the order of train_costs
_BLOCK = 16_384  # elements worked on at once: they stay in the processor's cache, which is several times quicker


def train_costs(
    params: ArrayLike,
    tokens: ArrayLike,
    price_per_gpu_hour: ArrayLike,
    utilization: ArrayLike,
    gpu: str | None = None,
    precision: str | None = None,
    seq_len: float | None = None,
) -> Floats:
    """train_cost [USD] for arrays: dense models by their counts, at a given price and utilization.

    cost = FLOP per token x tokens / (peak x 3600) / utilization x price

    params in parameters, tokens in tokens, price in USD per GPU-hour, utilization as a share; the arrays
    broadcast. Equal to train_cost of each element to 1e-12; valid where train_cost is.

    Raises InputError for an element that train_cost refuses (the first one is named), UnknownName for an accelerator,
    NoData for a precision that it does not have, CostError without numpy.
    """
    np = load_numpy()
    fixed = _fixed(gpu, precision, seq_len)
    given = {"params": params, "tokens": tokens, "price_per_gpu_hour": price_per_gpu_hour, "utilization": utilization}
    arrays = {name: _checked(name, values) for name, values in given.items()}
    prices = arrays["price_per_gpu_hour"]
    for price in (prices.min(), prices.max()) if prices.size else ():
        question_price("price_per_gpu_hour", float(price), fixed["gpu"] or catalogue.default_gpu(), None, count="gpus", share="utilization")
    shape = np.broadcast_shapes(*(array.shape for array in arrays.values()))
    flat = {name: np.broadcast_to(array, shape).reshape(-1) for name, array in arrays.items()}
    costs: Floats = np.empty(math.prod(shape))
    for start in range(0, len(costs), _BLOCK):
        part: dict[str, Any] = {name: array[start : start + _BLOCK] for name, array in flat.items()}
        sizes = dataclasses.replace(Model.of_size(1e9), params=part.pop("params"))
        costs[start : start + _BLOCK] = train_cost.of(sizes, **part, **fixed).value
    if np.isnan(costs).any():  # train_cost refuses an element and says why
        first: dict[str, Any] = {name: float(array[np.isnan(costs)][0]) for name, array in flat.items()}
        train_cost.of(Model.of_size(first.pop("params")), **first, **fixed)
    return costs.reshape(shape)


def _fixed(gpu: str | None, precision: str | None, seq_len: float | None) -> dict[str, Any]:
    """What all elements share, read as train_cost reads it. Refuses a precision that the chip does not have."""
    read = {parameter.name: parameter.read for parameter in registry.get("train_cost").parameters}
    given = {"gpu": gpu, "precision": precision, "seq_len": seq_len}
    read_values = {name: None if value is None else read[name](value) for name, value in given.items()}
    peak_of(read_values["gpu"] or catalogue.default_gpu(), read_values["precision"])
    return read_values


def _checked(name: str, values: ArrayLike) -> Floats:
    """An array within the bounds of the parameter of train_cost, or an InputError that names the first element outside."""
    np = load_numpy()
    # The count of active parameters has the bounds of params, which may be a model's name too.
    kind = next(
        parameter.kind
        for parameter in registry.get("train_cost").parameters
        if parameter.name == ("active_params" if name == "params" else name)
    )
    assert isinstance(kind, Quantity)
    try:
        array: Floats = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise InputError(name, values, "give an array of numbers") from None
    least = SMALLEST if kind.above else kind.low
    if array.size and not (array.min() >= least and array.max() <= kind.high):
        bad = ~((array >= least) & (array <= kind.high))
        raise InputError(name, float(array[bad].flat[0]), kind.allowed())
    return array


def dask_costs(frame: Any, gpu: str | None = None, precision: str | None = None, seq_len: float | None = None) -> Any:
    """train_costs for a Dask dataframe, partition by partition, on one machine or many; a lazy series named cost [USD].

    Columns: params, tokens, price (USD per GPU-hour), utilization. The accelerator, precision and sequence
    length are those of every row. Valid where train_costs is.

    Raises CostError without Dask or where `frame` is not a Dask dataframe, InputError for a missing column and
    what train_costs raises: for a chip or a precision at once, for a row when the series is computed.
    """
    if not isinstance(frame, loaded("dask.dataframe", "dask").DataFrame):
        raise CostError("dask_costs takes a Dask dataframe; make one with dask.dataframe.from_pandas")
    for column in _COLUMNS:
        if column not in frame.columns:
            raise InputError(column, list(frame.columns), f"the columns {', '.join(_COLUMNS)} are needed")
    _fixed(gpu, precision, seq_len)
    return frame.map_partitions(_partition_costs, gpu, precision, seq_len, meta=("cost", "float64"))


def _partition_costs(part: Any, gpu: str | None, precision: str | None, seq_len: float | None) -> Any:
    params, tokens, price, utilization = (part[column].to_numpy() for column in _COLUMNS)
    costs = train_costs(params, tokens, price, utilization, gpu, precision, seq_len)
    return type(part["params"])(costs, index=part.index, name="cost")  # a pandas series, without importing pandas here


def load_numpy() -> Any:
    return loaded("numpy", "tables")


def loaded(module: str, extra: str) -> Any:
    try:
        return import_module(module)
    except ImportError:
        raise CostError(lacks(f"this needs {module}", extra)) from None

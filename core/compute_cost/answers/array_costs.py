"""train_cost for arrays, vectorized with numpy; the same function under Dask.

numpy and Dask are imported only here and only when asked for: an estimate in a cell needs neither.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from compute_cost import catalogue, registry
from compute_cost.catalogue.records import Accelerator, Model
from compute_cost.errors import CostError, InputError
from compute_cost.parameters import Quantity
from compute_cost.physics.compute import attention_per_token

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

_COLUMNS = ("params", "tokens", "price", "utilization")  # of a Dask dataframe, in the order of _train_costs


def per_token(params: Any, seq_len: float | None) -> Any:
    """FLOP per token of dense models known by their counts only, as compute_cost.physics.compute.training_work has them."""
    if not seq_len:
        return 6 * params
    return 6 * params + attention_per_token(Model.of_size(1e9), 1.0, seq_len) * load_numpy().cbrt(params) ** 2


def cost_of(flop: Any, peak: float, utilization: Any, price: Any) -> Any:
    return flop / (peak * 3600) / utilization * price


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

    Raises InputError for an element out of bounds (the first one is named), UnknownName for an accelerator,
    NoData for a precision that it does not have, CostError without numpy.
    """
    peak, length = _chip_and_length(gpu, precision, seq_len)
    return _train_costs(params, tokens, price_per_gpu_hour, utilization, peak, length)


def _chip_and_length(gpu: str | None, precision: str | None, seq_len: float | None) -> tuple[float, float | None]:
    """The dense peak [FLOP/s] and the sequence length, read as train_cost reads them."""
    read = {one.name: one.read for one in registry.get("train_cost").parameters}
    chip: Accelerator = catalogue.default_gpu() if gpu is None else read["gpu"](gpu)
    _, peak = chip.peak(None if precision is None else read["precision"](precision))
    return peak, None if seq_len is None else read["seq_len"](seq_len)


def _train_costs(
    params: ArrayLike, tokens: ArrayLike, price: ArrayLike, utilization: ArrayLike, peak: float, seq_len: float | None
) -> Floats:
    size, count = _checked("params", params), _checked("tokens", tokens)
    share, rent = _checked("utilization", utilization), _checked("price_per_gpu_hour", price)
    found: Floats = cost_of(per_token(size, seq_len) * count, peak, share, rent)
    return found


def _checked(name: str, values: ArrayLike) -> Floats:
    """An array within the bounds of the parameter of train_cost, or an InputError that names the first element outside."""
    np = load_numpy()
    # The count of active parameters has the bounds of params, which may be a model's name too.
    kind = next(one.kind for one in registry.get("train_cost").parameters if one.name == ("active_params" if name == "params" else name))
    assert isinstance(kind, Quantity)
    try:
        array: Floats = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise InputError(name, values, "give an array of numbers") from None
    bad = ~((array >= kind.low) & (array <= kind.high)) | (kind.above & (array == kind.low))
    if bad.any():
        raise InputError(name, float(array[bad].flat[0]), kind.allowed())
    return array


def dask_costs(frame: Any, gpu: str | None = None, precision: str | None = None, seq_len: float | None = None) -> Any:
    """train_costs for a Dask dataframe, partition by partition, on one machine or many; a lazy series named cost [USD].

    Columns: params, tokens, price (USD per GPU-hour), utilization. The accelerator, precision and sequence
    length are those of every row. Valid where train_costs is.

    Raises CostError without Dask or where `frame` is no Dask dataframe, InputError for a missing column and
    what train_costs raises: for a chip or a precision at once, for a row when the series is computed.
    """
    if not isinstance(frame, loaded("dask.dataframe", "dask").DataFrame):
        raise CostError("dask_costs takes a Dask dataframe; make one with dask.dataframe.from_pandas")
    for column in _COLUMNS:
        if column not in frame.columns:
            raise InputError(column, list(frame.columns), f"the columns {', '.join(_COLUMNS)} are needed")
    peak, length = _chip_and_length(gpu, precision, seq_len)
    return frame.map_partitions(_partition_costs, peak, length, meta=("cost", "float64"))


def _partition_costs(part: Any, peak: float, seq_len: float | None) -> Any:
    params, tokens, price, utilization = (part[column].to_numpy() for column in _COLUMNS)
    costs = _train_costs(params, tokens, price, utilization, peak, seq_len)
    return type(part["params"])(costs, index=part.index, name="cost")  # a pandas series, without importing pandas here


def load_numpy() -> Any:
    return loaded("numpy", "tables")


def loaded(module: str, extra: str) -> Any:
    try:
        return import_module(module)
    except ImportError:
        raise CostError(f"this needs {module}; install the extra: pip install .[{extra}]") from None

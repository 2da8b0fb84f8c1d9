"""The formula of train_cost for arrays: every element equal to a single call, in numpy and under Dask."""

from __future__ import annotations

import math
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

import compute_cost
from compute_cost.answers.array_costs import dask_costs, train_costs
from compute_cost.errors import CostError, InputError, NoData, UnknownName
from tests.support import ROOT, needs


def test_by_hand() -> None:
    """The talk's case at its peak and at half of it: 6 x 175e9 x 300e9 / (312e12 x 3600) hours of $2."""
    found = train_costs(175e9, 300e9, 2, [1, 0.5], "A100")
    assert list(found) == pytest.approx([560897.4358974359, 2 * 560897.4358974359])


def test_arrays_of_different_shapes_span_a_grid() -> None:
    found = train_costs(np.array([[7e9], [70e9]]), 1e12, np.array([1.0, 2.0, 3.0]), 0.4, "A100")
    assert found.shape == (2, 3)
    assert found[1, 2] == pytest.approx(10 * 3 * found[0, 0])


def test_the_chip_left_out_is_the_default_and_is_read_as_train_cost_reads_it() -> None:
    assert train_costs(7e9, 1e12, 2, 0.4) == pytest.approx(compute_cost.train_cost(7e9, 1e12, None, 2, 0.4).value)
    assert train_costs(7e9, 1e12, 2, 0.4, "h100", "FP8") == pytest.approx(
        compute_cost.train_cost(7e9, 1e12, "H100", 2, 0.4, precision="fp8").value
    )
    with pytest.raises(UnknownName, match="^gpu: "):
        train_costs(7e9, 1e12, 2, 0.4, "H1000")
    with pytest.raises(InputError, match=r"^seq_len: 1\.5"):
        train_costs(7e9, 1e12, 2, 0.4, "H100", None, 1.5)


@settings(max_examples=60)
@given(
    st.floats(1e6, 1e13), st.floats(1e-3, 1e4), st.floats(0.2, 8), st.floats(0.01, 1),
    st.sampled_from(["A100", "H100", "V100"]), st.sampled_from([None, 2048, 131072]),
)  # fmt: skip
def test_the_vector_equals_the_scalar(params: float, each: float, price: float, share: float, gpu: str, seq_len: float | None) -> None:
    tokens = [params * each, params * 20]
    many = train_costs([params, params], tokens, price, share, gpu, seq_len=seq_len)
    singles = [compute_cost.train_cost(params, one, gpu, price, share, seq_len=seq_len).value for one in tokens]
    assert list(many) == pytest.approx(singles, rel=1e-12, abs=0)


def test_a_utilization_far_below_any_published_is_refused() -> None:
    with pytest.raises(InputError, match=r"^utilization: 0\.004 .*did you mean 0\.4"):
        train_costs(7e9, 1e12, 2.0, [0.4, 0.004])


def test_a_wrong_element_is_named() -> None:
    good: dict[str, Any] = {"params": 7e9, "tokens": 1e12, "price_per_gpu_hour": 2.0, "utilization": 0.4}
    cases = {
        "utilization": ([0.4, 1.2], "1.2"),
        "price_per_gpu_hour": ([0.0, 1], "0 can't"),
        "tokens": ([math.nan, 1], "nan"),
        "params": ("7B", ""),
    }
    for name, (wrong, shown) in cases.items():
        with pytest.raises(InputError, match=f"^{name}: {shown}"):
            train_costs(**{**good, name: wrong})
    with pytest.raises(NoData):
        train_costs(7e9, 1e12, 2, 0.4, "A100", "fp8")


@pytest.fixture
def frame() -> Any:
    """A pandas dataframe; only where Dask is not installed there may be none."""
    pandas = needs("dask.dataframe", "engines") and needs("pandas", "engines")
    generator = np.random.default_rng(0)
    columns = {"params": (1e9, 1e12), "tokens": (1e9, 1e13), "price": (1, 5), "utilization": (0.1, 0.6)}
    return pandas.DataFrame({name: generator.uniform(*ends, 1000) for name, ends in columns.items()}, index=range(500, 1500))


def test_dask_on_a_local_cluster_equals_the_scalar(frame: Any) -> None:
    distributed, dask = needs("distributed", "engines"), needs("dask.dataframe", "engines")
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=False, dashboard_address=None) as cluster,
        distributed.Client(cluster) as client,
    ):
        lazy = dask_costs(dask.from_pandas(frame, npartitions=4), "A100", seq_len=2048)
        assert lazy.npartitions == 4
        found = client.compute(lazy).result(timeout=60)
    assert (found.name, list(found.index)) == ("cost", list(frame.index))
    for place in (0, 499, 999):
        row = frame.iloc[place]
        single = compute_cost.train_cost(row.params, row.tokens, "A100", row.price, row.utilization, seq_len=2048).value
        assert found.iloc[place] == pytest.approx(single, rel=1e-12)


def test_dask_says_what_is_wrong(frame: Any) -> None:
    dask = needs("dask.dataframe", "engines")
    for wrong, gpu, says in ((frame.drop(columns="price"), None, "price: "), (frame, "B9999", "gpu: ")):
        with pytest.raises(InputError, match=says):
            dask_costs(dask.from_pandas(wrong, npartitions=2), gpu)
    with pytest.raises(CostError, match="takes a Dask dataframe"):
        dask_costs(frame)
    frame.loc[700, "utilization"] = 1.5
    with pytest.raises(InputError, match=r"utilization: 1\.5"):
        dask_costs(dask.from_pandas(frame, npartitions=2)).compute(scheduler="threads")


@pytest.mark.parametrize(
    ("missing", "run", "extra"), [("numpy", "train_costs(1e9, 1e9, 1, 1)", "tables"), ("dask", "dask_costs(0)", "dask")]
)
def test_without_the_extra_it_says_which(missing: str, run: str, extra: str) -> None:
    code = f"import sys; sys.modules['{missing}'] = None; import compute_cost; from compute_cost.answers.array_costs import *; {run}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.stderr.splitlines()[-1].endswith(f'install the extra: pip install ".[{extra}]"')

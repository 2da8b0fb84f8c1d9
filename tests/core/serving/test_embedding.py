"""Embedding a collection: overlap, by an API and on a chip of one's own, the index and the questions."""

from __future__ import annotations

import pytest

import compute_cost
from compute_cost.errors import InputError, NoData

pytestmark = pytest.mark.live


def speed(name: str, gpu: str) -> float:
    """Tokens per second of one's own model on one chip."""
    return float(compute_cost.embed_cost(1000, own_model=name, gpu=gpu).values["tokens_per_second"].value)


def test_every_token_is_embedded_once_and_the_overlap_again() -> None:
    """OpenAI's text-embedding-3-small: $0.02 a million tokens, half in the batch API."""
    plain = compute_cost.embed_cost(1_000_000, 1000, "text-embedding-3-small", overlap=0)
    assert plain.value == pytest.approx(1e9 * 0.02 / 1e6)
    assert compute_cost.embed_cost(1_000_000, 1000, "text-embedding-3-small", overlap="20%").value == pytest.approx(plain.value / 0.8)
    short = compute_cost.embed_cost(1_000_000, 300, "text-embedding-3-small", overlap="20%")  # one chunk repeats nothing
    assert short.value == pytest.approx(3e8 * 0.02 / 1e6)
    batch = compute_cost.embed_cost(1_000_000, 1000, "text-embedding-3-small", overlap=0, service="batch")
    assert batch.value == pytest.approx(plain.value / 2)


def test_on_a_chip_of_ones_own_it_is_rent_for_the_arithmetic() -> None:
    found = compute_cost.embed_cost(1_000_000, 1000, own_model=6e8, gpu="H100", overlap=0, assume={"embedding_utilization": 0.25})
    seconds = 2 * 6e8 * 1e9 / (989e12 * 0.25)
    assert found.value == pytest.approx(seconds / 3600 * compute_cost.gpu_price("H100").value, rel=1e-3)
    assert "provider" not in found.values


@pytest.mark.parametrize(
    ("name", "gpu", "published"),
    [
        ("bge-large-en-v1.5", "L4", 62_000),  # Infinity, the best of five servers
        ("bge-base-en-v1.5", "Inferentia2", 2674 * 128),  # BERT base, its body, in AWS's table
        ("bge-base-en-v1.5", "Trainium1", 3422 * 128),
        ("bge-large-en-v1.5", "Inferentia2", 950 * 128),  # BERT large
    ],
)
def test_near_measured_speeds(name: str, gpu: str, published: float) -> None:
    assert speed(name, gpu) == pytest.approx(published, rel=0.35)


def test_the_embedding_table_is_looked_up_and_not_multiplied() -> None:
    """bge-m3: of 568 million parameters 256 million are its table of 250,002 words."""
    assert speed("bge-m3", "L4") == pytest.approx(121e12 * 0.3 / (2 * (567752704 - 250002 * 1024)))


def test_the_index_and_the_questions_are_monthly() -> None:
    found = compute_cost.embed_cost(
        1_000_000, 1024, "text-embedding-3-small", 512, 0, 100_000, 30, 1536, assume={"index_overhead": 1, "index_price": 0.5}
    )
    assert found.values["chunks"].value == 2_000_000
    assert found.values["index_size"].value == pytest.approx(2e6 * 1536 * 4 / 1e9)
    assert found.values["index_cost"].value == pytest.approx(2e6 * 1536 * 4 / 1e9 * 0.5)
    assert found.values["query_cost"].value == pytest.approx(100_000 * 30 * 0.02 / 1e6)
    assert compute_cost.embed_cost(10, 1024).values["query_cost"].value == 0


def test_what_cannot_be_is_refused() -> None:
    for name, value in (("documents", 0.5), ("overlap", 1), ("model", "text embedding 3"), ("queries_per_month", -1)):
        with pytest.raises(InputError, match=f"^{name}:"):
            compute_cost.embed_cost(**({"documents": 10} | {name: value}))  # type: ignore[arg-type]
    with pytest.raises(NoData, match="was not sold before"):
        compute_cost.embed_cost(10, 100, "text-embedding-3-small", as_of="2020-01-01")

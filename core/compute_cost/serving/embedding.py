"""What making a collection of documents searchable costs: embedding them, keeping the index, embedding the questions."""

from __future__ import annotations

import datetime
import math
from functools import partial
from typing import Annotated

from compute_cost import catalogue
from compute_cost.catalogue.records import Accelerator, Model
from compute_cost.inputs import assumed, default, figure, is_kept, step
from compute_cost.parameters import AsOf, CatalogueName, ModelSize, Quantity, Share, Text
from compute_cost.physics.formats import peak_of
from compute_cost.prices.rental import hourly_price
from compute_cost.prices.tariffs import Request
from compute_cost.registry import estimate
from compute_cost.result import Answer
from compute_cost.serving.hosted import Host, Service, bill_of, choose, name_prices, price_level, price_range, warn_of_limits

Documents = Annotated[float, Quantity("Documents to be embedded.", "documents", low=1, high=1e12, whole=True, example="100000")]
DocumentTokens = Annotated[float | None, Quantity("Tokens of one document.", "tokens", low=1, high=1e9, example="1000")]
EmbeddingModel = Annotated[str | None, Text("an embedding model that a hosted API offers", example='"text-embedding-3-small"')]
ChunkTokens = Annotated[float | None, Quantity("Tokens of one chunk, which becomes one vector.", "tokens", low=1, high=1e6, example="512")]
Overlap = Annotated[float | None, Share("Share of a chunk that the next one repeats.", "1", high=0.9, example='0.1 or "10%"')]
QueriesPerMonth = Annotated[float | None, Quantity("Questions a month; none if left out.", "queries", high=1e12, example="100000")]
QueryTokens = Annotated[
    float | None, Quantity("Tokens of one question.", "tokens", low=1, high=1e6, example="30", only_with="queries_per_month")
]
Dimensions = Annotated[float | None, Quantity("Numbers of one vector.", "elements", low=1, high=1e5, whole=True, example="1536")]
OwnEmbedder = Annotated[
    Model | None, ModelSize("Open embedding model to run on one's own chip instead, by size.", "parameters", example='"600M"')
]

OwnGpu = Annotated[
    Accelerator | None, CatalogueName('Accelerator that own_model runs on, such as "L4".', example='"L4"', only_with="own_model")
]


@estimate("USD")
def embed_cost(
    documents: Documents,
    tokens_per_document: DocumentTokens = None,
    model: EmbeddingModel = None,
    chunk_tokens: ChunkTokens = None,
    overlap: Overlap = None,
    queries_per_month: QueriesPerMonth = None,
    tokens_per_query: QueryTokens = None,
    dimensions: Dimensions = None,
    own_model: OwnEmbedder = None,
    gpu: OwnGpu = None,
    service: Service = None,
    provider: Host = None,
    as_of: AsOf = None,
) -> Answer:
    """What embedding a collection once costs; among the values, what its index and its questions cost a month.

    tokens embedded = documents x tokens per document / (1 - overlap), as each chunk repeats that share of the one before
    by an API: cost [USD] = tokens x price (api_cost); on one's own chip, with own_model: 2 x parameters without the embedding
    table x tokens / (peak x utilization) seconds at the rent of the chip
    index [GB] = chunks x dimensions x 4 bytes x overhead of the index, at a price per GB and month

    The model that writes the answers is not part of it: api_cost and serving_cost say what that costs. US dollars, before tax, nominal.

    Raises what api_cost raises, and NoData where the chip has no rental price.
    """
    each = assumed("document_tokens", tokens_per_document, "tokens_per_document")
    chunk = assumed("chunk_tokens", chunk_tokens, "chunk_tokens")
    repeated = assumed("chunk_overlap", overlap, "overlap") if each > chunk else 0.0  # one chunk repeats nothing
    tokens = step("Tokens embedded", "documents x tokens per document / (1 - overlap)", documents * each / (1 - repeated), "tokens")
    if own_model is None:
        name = default("model", model, str(catalogue.assumption("embedding_model").value))
        per_token = _by_api(name, tokens, min(each, chunk), service, provider, as_of)
    else:
        chip = default("gpu", gpu, catalogue.default_gpu())
        per_token = _on_own_chip(own_model, chip, hourly_price(chip, None, as_of))
    cost = step("Cost of embedding", "tokens x price of a token", tokens * per_token, "USD")
    if is_kept():
        figure("tokens", tokens, "tokens")
        asked = default("queries_per_month", queries_per_month, 0.0, "queries")
        _name_month(documents * max(1.0, math.ceil(each / (1 - repeated) / chunk)), asked, tokens_per_query, dimensions, per_token)
    return Answer(cost, "embedding_cost")


def _by_api(model: str, tokens: float, chunk: float, service: str | None, provider: str | None, as_of: datetime.date | None) -> float:
    """What a token costs [USD]; no chunk may be longer than the model takes."""
    request = Request(tokens)
    chosen = choose(model, request, as_of, service, provider, False)
    level = price_level(chosen, partial(price_range, chosen, request, False))
    if is_kept():
        name_prices(chosen, chosen.offer.base, level, False)
        warn_of_limits(chosen.model, Request(chunk))
    return bill_of(chosen.offer, request, False).total / tokens * level


def _on_own_chip(own: Model, chip: Accelerator, price: float) -> float:
    """What a token costs [USD] on a rented chip that does nothing else."""
    name, peak = peak_of(chip)
    share = assumed("embedding_utilization")
    multiplied = own.params - (own.vocab or 0.0) * (own.hidden or 0.0)  # the embedding table is looked up, not multiplied
    rate = peak * share / (2 * multiplied)
    step(
        "Tokens per second",
        f"{name} peak x embedding_utilization / (2 x parameters without the embedding table)",
        rate,
        "tokens/s",
        chip.source,
        figure="tokens_per_second",
    )
    return price / 3600 / rate


def _name_month(chunks: float, queries: float, tokens_per_query: float | None, dimensions: float | None, per_token: float) -> None:
    """What the index and the questions cost a month."""
    width = assumed("embedding_dimensions", dimensions, "dimensions")
    size = chunks * width * 4 * assumed("index_overhead") / 1e9
    step("Index", "chunks x dimensions x 4 bytes x overhead", size, "GB", figure="index_size")
    figure("chunks", chunks, "chunks")
    index = step("Index a month", "GB x price of a GB", size * assumed("index_price"), "USD per month", figure="index_cost")
    asked = queries * assumed("query_tokens", tokens_per_query, "tokens_per_query") * per_token if queries else 0.0
    step("Questions a month", "questions x tokens x price of a token", asked, "USD per month", figure="query_cost")
    step("Index and questions a month", "their sum", index + asked, "USD per month", figure="monthly_cost")

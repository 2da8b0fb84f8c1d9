"""The parameters that a model's shape asks for, against which its published count is checked."""

from __future__ import annotations

from compute_cost.catalogue.records import Model


def parameters_of_shape(model: Model) -> float | None:
    """Parameters of the matrices that the shape describes; None where it describes too few of them.

    vocabulary x width (twice unless input and output share it)
    + for each layer with attention 2 x width x query width + width x KV width
    + for each layer 3 (gated) or 2 matrices of width x feed-forward width, of every expert of a mixture and what is shared

    Latent attention (MLA) spreads its latent over the heads; the decoder layers of an encoder-decoder attend twice. Norms, biases and
    routers are left out (under 1%), as is what the columns don't describe: recurrent layers, towers for images or sound, layers for
    multi-token prediction.
    """
    layers, width, query = model.layers, model.hidden, model.attention_width
    dense_layers = model.dense_layers if model.experts else 0.0
    if not (layers and width and query and model.ffn and model.vocab and dense_layers is not None):
        return None
    tables = 1 if model.tied_embeddings or model.kind == "encoder" else 2
    matrices = 3 if model.gated_ffn else 2
    wide = (model.experts or 1) * model.ffn + (model.shared_ffn or 0)
    feed_forward = dense_layers * (model.dense_ffn or 0) + (layers - dense_layers) * wide
    return width * (tables * model.vocab + matrices * feed_forward) + _attention(model, layers, width, query)


def _attention(model: Model, layers: float, width: float, query: float) -> float:
    kept = model.kv_width or 2 * (model.kv_heads or model.heads or 1) * (model.head_dim or 0)
    grows = layers if model.global_layers is None else model.global_layers
    windowed = 0.0 if not model.window else layers - grows if model.window_layers is None else model.window_layers
    if model.attention == "mla":
        return grows * (2 * width * query + kept * (width + 2 * query))
    if model.kind in ("encoder-decoder", "speech"):
        return (layers + grows + windowed) * width * (2 * query + kept)
    return width * ((grows + windowed) * 2 * query + grows * (model.global_kv_width or kept) + windowed * kept)

"""Reads a Hugging Face config.json: the shape of a model by the keys of the common architectures, and its parameters from its shape.

What a layer is made of is read from the keys that are there (experts, a latent cache, Mamba or linear-attention layers, windows) more
than from the name of the architecture, so a new one with the usual keys is read as well. Parameters count every matrix of the text
model, and the vision tower where its keys are there; biases are left out. Within 3% of the published counts for the families of
tests/core/catalogue/test_model_config.py. Nothing is fetched, run or opened: the text is all there is.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from compute_cost.errors import one_line, quote

LONGEST_TEXT = 300_000  # characters; published ones have up to some tens of thousands
Config = Mapping[str, Any]
_INNER = ("text_config", "llm_config", "language_config", "thinker_config", "language_model", "decoder")  # the text model of a larger one
_TOWERS = ("vision_config", "vision_tower_config", "visual", "vit_config")
_KEYS = {
    "layers": ("num_hidden_layers", "n_layer", "n_layers", "num_layers", "decoder_layers"),
    "hidden": ("hidden_size", "n_embd", "d_model", "n_embed", "dim"),
    "heads": ("num_attention_heads", "n_head", "n_heads", "num_heads", "decoder_attention_heads"),
    "kv_heads": ("num_key_value_heads", "num_kv_heads", "n_head_kv", "multi_query_group_num", "num_query_groups", "kv_n_heads"),
    "head_dim": ("head_dim", "d_kv", "kv_channels", "attention_head_dim"),
    "ffn": ("intermediate_size", "n_inner", "ffn_dim", "d_ff", "ffn_hidden_size", "decoder_ffn_dim", "hidden_dim"),
    "vocab": ("vocab_size", "padded_vocab_size"),
    "experts": ("num_experts", "num_local_experts", "n_routed_experts", "moe_num_experts"),
    "experts_per_token": ("num_experts_per_tok", "num_experts_per_token", "moe_topk", "moe_top_k", "top_k_experts", "moe_k"),
    "expert_ffn": ("moe_intermediate_size", "expert_ffn_hidden_size", "expert_intermediate_size"),
    "window": ("sliding_window", "sliding_window_size", "attention_chunk_size", "local_attention_window_size", "attention_window_size"),
}
# What lists of layers call those that see every token, those that see a window, and those that keep a state of constant size.
_FULL = frozenset(["full_attention", "indexed_attention", "deepseek_sparse_attention", "attention", "global", "full", "hybrid", "*"])
_WINDOWED = frozenset(["sliding_attention", "chunked_attention", "hybrid_sliding", "local", "sliding", "sliding_window"])
# Those that besides a window see all tokens in blocks: one entry of the cache for every so many tokens.
_COMPRESSED = frozenset(["compressed_sparse_attention", "heavily_compressed_attention"])
_STATE = frozenset(["linear_attention", "mamba", "mamba2", "recurrent", "conv", "M"])
_NONE = frozenset(["-", "E", "mlp", "moe"])  # a feed-forward part that is a layer of its own
_PERIODS = {"gemma2": 2, "gemma3_text": 6, "llama4_text": 4}  # every so many layers see all tokens, where the file doesn't say
_PLAIN = frozenset(
    ["relu", "relu2", "gelu", "gelu_new", "gelu_fast", "quick_gelu", "xielu", "gelu_pytorch_tanh"]
)  # two matrices, not three
_GATED = ("gemma", "modernbert", "glm", "grok")  # three all the same
_ENCODERS = ("bert", "electra", "mpnet")
_LEARNED_POSITIONS = ("gpt2", "gpt_bigcode", "opt", "whisper", "bart", "bert", "electra", "mpnet")


class Unreadable(ValueError):
    """A text that is no configuration of a model, or not one that can be read; the message names what is wrong."""


class Layers(NamedTuple):
    """How many layers of each kind there are."""

    full: float  # whose cache grows with the context; one that keeps an entry for every 4 tokens is a quarter of a layer
    windowed: float
    state: int  # linear attention, Mamba or convolution
    dense: int  # feed-forward parts that every token passes
    mixture: int  # feed-forward parts with experts

    @property
    def blocks(self) -> int:
        return max(round(self.full + self.windowed) + self.state, self.dense + self.mixture)


def read(text: str) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The figures of a model by field, and what there is to say of them. Raises Unreadable."""
    whole = _parsed(text)
    config = next((whole[key] for key in _INNER if isinstance(whole.get(key), dict)), whole)
    config = next((config[key] for key in _INNER if isinstance(config.get(key), dict)), config)
    for part in ("ffn_config", "attn_config", "linear_attn_config"):  # of those that sort their keys
        config = {**config[part], **config} if isinstance(config.get(part), dict) else config
    if "block_configs" in config or _family(config).startswith("zamba"):
        why = (
            "its layers differ from each other" if "block_configs" in config else "its attention layers are one block, used again and again"
        )
        raise Unreadable(f"{why}; describe the model by a line of figures")
    shape = _shape(config)
    layers = _layers(config, shape)
    count = _Count(config, shape, layers)
    towers = [_tower(whole[key]) for key in _TOWERS if isinstance(whole.get(key), dict)]
    total, active = (parameters + sum(towers) for parameters in (count.total(), count.active()))
    remarks = [f"{total / 1e9:,.4g} billion parameters are counted from the shape in its config.json, within 3% of most published counts"]
    if any(towers):
        remarks.append(f"{sum(towers) / 1e9:.2g} billion of them are the vision tower's")
    if count.unread:
        remarks.append(f"{count.unread} are not counted exactly, so it may be 10% off")
    figures = _figures(config, shape, layers, count) | {"params": float(round(total))}
    if "experts" in figures:
        figures["active_params"] = float(round(active))
    precision, remark = _released(whole, config)
    return figures | precision, (*remarks, *remark)


def _parsed(text: str) -> dict[str, Any]:
    """The object that the text is. Raises Unreadable for a text that is none."""
    import json  # only here: a cell that pastes no configuration needs none of it

    if len(text) > LONGEST_TEXT:
        raise Unreadable(f"it has {len(text):,} characters; a config.json has at most {LONGEST_TEXT:,}")
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError) as problem:
        why = "it is nested too deeply" if isinstance(problem, RecursionError) else one_line(str(problem))
        raise Unreadable(f"it is not the text of a config.json ({why}); paste the whole file") from None
    if not isinstance(whole, dict):
        raise Unreadable(f"a config.json is an object in braces, and this is a {type(whole).__name__}; paste the whole file")
    return whole


def number(config: Config, *keys: str, highest: int = 10_000_000) -> int | None:
    """The first of these keys that is there, a whole number from 1; None for none of them. Raises Unreadable for anything else."""
    for key in keys:
        value = config.get(key)
        if isinstance(value, list) and len(value) > 1 and all(item == value[0] for item in value):
            value = value[0]  # one for each layer, and all the same
        if value is None or (value == 0 and not isinstance(value, bool)):
            continue
        if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value // 1 or not 1 <= value <= highest:
            raise Unreadable(f"{key} of the config.json can't be {quote(value)}; it is a whole number from 1 to {highest:,}")
        return int(value)
    return None


def _shape(config: Config) -> dict[str, int]:
    shape: dict[str, int] = {}
    for field, keys in _KEYS.items():
        value = number(config, *keys, highest=1_000_000_000 if field == "window" else 10_000_000)
        if value is not None:
            shape[field] = value
    listed = [config.get(key) for key in ("hybrid_override_pattern", "layers_block_type", "layer_types")]
    if "layers" not in shape and (counts := [len(kinds) for kinds in listed if isinstance(kinds, (str, list)) and kinds]):
        shape["layers"] = counts[0]
    for field in ("layers", "hidden", "vocab"):
        if field not in shape:
            raise Unreadable(
                f'the config.json gives no {_KEYS[field][0]}, so it is not that of a language model; give a count such as "27B"'
            )
    if shape["layers"] > 10_000 or shape["hidden"] > 1_000_000:
        raise Unreadable(f"no model has {shape['layers']:,} layers of width {shape['hidden']:,}; correct the config.json")
    if "experts" in shape and "experts_per_token" not in shape:
        raise Unreadable("the config.json gives experts and not how many a token passes, num_experts_per_tok; add it")
    shape.setdefault("heads", max(1, shape["hidden"] // 128))
    if config.get("multi_query") is True and not config.get("new_decoder_architecture"):
        shape["kv_heads"] = 1
    shape.setdefault("kv_heads", shape["heads"])
    shape.setdefault("head_dim", max(1, shape["hidden"] // shape["heads"]))
    shape.setdefault("ffn", shape.get("expert_ffn") or _times(config, shape["hidden"]))
    if config.get("use_sliding_window") is False:
        shape.pop("window", None)
    return shape


def _times(config: Config, hidden: int) -> int:
    return hidden * (number(config, "expansion_ratio", "ffn_expansion") or 4)


def _family(config: Config) -> str:
    return str(config.get("model_type") or "").casefold()


def _kinds(config: Config, layers: int) -> list[str]:
    """The kind of each layer, where the configuration lists or implies them; else every layer is "full_attention" or windowed."""
    pattern = config.get("hybrid_override_pattern")
    if isinstance(pattern, str):
        return list(pattern.replace("|", ""))
    for key in ("layer_types", "layers_block_type", "block_types"):
        listed = config.get(key)
        if isinstance(listed, list) and listed and len(listed) <= 10_000 and all(isinstance(word, str) for word in listed):
            return (listed * -(-layers // len(listed)))[:layers]  # a short list is repeated
    listed = config.get("attn_type_list")
    if isinstance(listed, list) and listed:
        return (["full_attention" if kind == 1 else "linear_attention" for kind in listed] * -(-layers // len(listed)))[:layers]
    listed = config.get("hybrid_layer_pattern")
    if isinstance(listed, list) and listed:
        return (["full_attention" if kind == 0 else "sliding_attention" for kind in listed] * -(-layers // len(listed)))[:layers]
    for key, first in (("attn_layer_indices", 0), ("full_attn_layers", 1)):
        if isinstance(config.get(key), list):
            full = {at - first for at in config[key] if isinstance(at, int)}
            return ["full_attention" if at in full else "mamba" for at in range(layers)]
    if period := number(config, "attn_layer_period"):
        offset = number(config, "attn_layer_offset") or 0
        return ["full_attention" if at % period == offset else "mamba" for at in range(layers)]
    if every := number(config, "full_attention_interval"):
        return ["full_attention" if (at + 1) % every == 0 else "linear_attention" for at in range(layers)]
    if _family(config) in ("mamba", "mamba2", "falcon_mamba"):
        return ["mamba"] * layers
    return []


def _ratios(config: Config, layers: int) -> list[int]:
    """For how many tokens each layer keeps one entry besides its window, 0: for none; empty where no layer compresses its cache."""
    listed, rates = config.get("compress_ratios"), config.get("compress_rates")
    if not isinstance(listed, list):
        kinds = _kinds(config, layers)
        listed = [rates.get(kind, 0) for kind in kinds] if isinstance(rates, dict) and _COMPRESSED & set(kinds) else []
    ratios = [ratio for ratio in listed if isinstance(ratio, int) and 0 <= ratio <= 1_000_000][:layers]
    return ratios if len(ratios) == layers and any(ratios) else []


def _layers(config: Config, shape: Mapping[str, int]) -> Layers:
    count, kinds = shape["layers"], _kinds(config, shape["layers"])
    full: float
    windowed: float
    if ratios := _ratios(config, count):
        full = sum(1 / ratio for ratio in ratios if ratio)
        mixture = _mixture_layers(config, count) if "experts" in shape else 0
        return Layers(full, count - full, 0, count - mixture, mixture)
    if unknown := [kind for kind in kinds if kind not in _FULL | _WINDOWED | _STATE | _NONE]:
        raise Unreadable(
            f"the config.json names a kind of layer that is not known, {quote(unknown[0])}; describe the model by a line of figures"
        )
    if kinds:
        full, windowed, state = (sum(kind in names for kind in kinds) for names in (_FULL, _WINDOWED, _STATE))
        if windowed and "window" not in shape:
            raise Unreadable("the config.json has layers with a window and does not say of how many tokens, sliding_window; add it")
    else:
        period = number(config, "sliding_window_pattern", "_sliding_window_pattern", "no_rope_layer_interval") or _PERIODS.get(
            _family(config), 0
        )
        every = count // period if period else min(count, number(config, "max_window_layers") or 0)
        windowed = count - every if "window" in shape else 0
        full, state = count - windowed, 0
    if any(kind in _NONE for kind in kinds):  # each layer either mixes tokens or is a feed-forward part
        mixture = sum(kind in ("E", "moe") for kind in kinds)
        return Layers(full, windowed, state, sum(kind in ("-", "mlp") for kind in kinds), mixture)
    mixture = _mixture_layers(config, count) if "experts" in shape else 0
    if _family(config) in ("mamba", "mamba2", "falcon_mamba"):
        return Layers(0, 0, count, 0, 0)
    return Layers(full, windowed, state, count - mixture, mixture)


def _mixture_layers(config: Config, layers: int) -> int:
    """How many layers have experts: all but the first few, or every so many."""
    listed = config.get("mlp_layer_types")
    if isinstance(listed, list) and listed:
        return sum(kind != "dense" for kind in listed[:layers])
    listed = config.get("mlp_only_layers")
    dense = len({at for at in listed if isinstance(at, int)}) if isinstance(listed, list) else 0
    frequency = config.get("moe_layer_freq")
    if isinstance(frequency, list):
        return sum(flag == 1 for flag in frequency[:layers])
    first = number(config, "first_k_dense_replace", "num_dense_layers", "moe_layer_start_index", "first_k_dense") or 0
    period = number(config, "expert_layer_period", "interleave_moe_layer_step", "decoder_sparse_step", "moe_every_n_layers") or 1
    offset = number(config, "expert_layer_offset")
    if offset is not None or "expert_layer_offset" in config:
        return sum(at % period == (offset or 0) for at in range(layers))
    return max(0, (layers - first) // period - dense)


class _Count:
    """Counts parameters: every matrix, without biases. `unread` names the parts that only a usual size is known of."""

    def __init__(self, config: Config, shape: Mapping[str, int], layers: Layers) -> None:
        self.config, self.shape, self.layers = config, shape, layers
        self.hidden = shape["hidden"]
        self.matrices = 3 if gated(config) else 2
        self.unread = ""

    def number(self, *keys: str, otherwise: int = 0) -> int:
        return number(self.config, *keys) or otherwise

    def total(self) -> float:
        return self._all(self.shape.get("experts", 0))

    def active(self) -> float:
        """What one token passes, with the embedding."""
        return self._all(self.shape.get("experts_per_token", 0))

    def _all(self, experts: int) -> float:
        layers = self.layers
        mixing = layers.full * self._attention(everywhere=True) + layers.windowed * self._attention()
        mixing += layers.state * self._state() if layers.state else 0
        if not layers.state and self.number("mamba_d_state", "mamba_d_ssm"):  # side by side with the attention of each layer
            mixing += layers.full * self._state()
        if self.config.keys() & {"compress_ratios", "o_lora_rank", "o_groups"}:
            self.unread = "its compressed attention layers"
        feed = layers.dense * self._dense() + (layers.mixture * self._mixture(experts) if layers.mixture else 0)
        embedding = self.shape["vocab"] * (self.number("embedding_size") or self.hidden) * (1 if tied(self.config) else 2)
        if any(word in _family(self.config) for word in _LEARNED_POSITIONS):
            embedding += self.hidden * self.number("max_position_embeddings", "n_positions", "max_target_positions")
        embedding += self.shape["layers"] * self.number("vocab_size_per_layer_input") * self.number("hidden_size_per_layer_input")
        return embedding + mixing + feed + 2 * self.hidden * layers.blocks + self._encoder()

    def _attention(self, everywhere: bool = False) -> float:
        """One layer's attention; of those that see all tokens the heads may differ."""
        shape, hidden = self.shape, self.hidden
        latent = self.number("kv_lora_rank")
        if (groups := self.number("o_groups")) and (low := self.number("q_lora_rank")) and (out := self.number("o_lora_rank")):
            width = shape["heads"] * shape["head_dim"]  # keys and values are one, and of one head
            return float(hidden * (low + shape["head_dim"]) + low * width + width * out + groups * out * hidden)
        if not latent:
            head = (self.number("global_head_dim") if everywhere else 0) or shape["head_dim"]
            width = shape["heads"] * head
            kept = ((self.number("num_global_key_value_heads") if everywhere else 0) or shape["kv_heads"]) * head
            gate = 1 if self.config.get("attn_output_gate") is True or _family(self.config).startswith("qwen3_next") else 0
            return float(hidden * (width * (2 + gate) + 2 * kept))
        rope, plain = self.number("qk_rope_head_dim"), self.number("qk_nope_head_dim", otherwise=shape["head_dim"])
        value = self.number("v_head_dim", otherwise=plain)
        low = self.number("q_lora_rank")
        query = hidden * low + low * shape["heads"] * (plain + rope) if low else hidden * shape["heads"] * (plain + rope)
        return float(query + hidden * (latent + rope) + latent * shape["heads"] * (plain + value) + shape["heads"] * value * hidden)

    def _state(self) -> float:
        """One layer of linear attention, Mamba or convolution."""
        hidden = self.hidden
        if values := self.number("linear_num_value_heads"):
            key = self.number("linear_num_key_heads") * self.number("linear_key_head_dim")
            value = values * self.number("linear_value_head_dim")
            return float(hidden * (2 * key + 2 * value + 2 * values) + 4 * (2 * key + value) + value * hidden)
        size = self.number("mamba_d_state", "ssm_state_size", "state_size", "mamba_state_dim", "d_state")
        if size:
            (inner, heads), width = self._inner(), self._looks_back()
            if heads:  # Mamba 2
                groups = 2 * self.number("n_groups", "mamba_n_groups", "mamba_ngroups", otherwise=1) * size
                return float(hidden * (2 * inner + groups + heads) + (inner + groups) * width + inner * hidden)
            rank = self.number("mamba_dt_rank", "time_step_rank") if not isinstance(self.config.get("mamba_dt_rank"), str) else 0
            rank = rank or math.ceil(hidden / 16)
            return float(2 * hidden * inner + inner * (width + rank + 2 * size) + rank * inner + inner * size + inner * hidden)
        if kernel := self.number("conv_L_cache"):
            return float(4 * hidden * hidden + kernel * hidden)
        if "attn_type_list" not in self.config:
            self.unread = f"its {self.layers.state} layers without attention"
        return float(hidden * self.shape["heads"] * self.shape["head_dim"] * 5)  # queries, keys, values, gate and output

    def kept_state(self) -> int:
        """Elements that all recurrent layers keep of a sequence: the matrix of each head, and what a convolution looks back on."""
        layers, hidden = self.layers.state, self.hidden
        if values := self.number("linear_num_value_heads"):
            key, value = (self.number(f"linear_{part}_head_dim") for part in ("key", "value"))
            looked_at = 2 * self.number("linear_num_key_heads") * key + values * value
            return layers * (values * key * value + 3 * looked_at)
        if size := self.number("mamba_d_state", "ssm_state_size", "state_size", "mamba_state_dim", "d_state"):
            inner, heads = self._inner()
            groups = 2 * self.number("n_groups", "mamba_n_groups", "mamba_ngroups", otherwise=1) * size if heads else 0
            side_by_side = 0 if layers else int(self.layers.full)
            return (layers or side_by_side) * (inner * size + (inner + groups) * (self._looks_back() - 1))
        if kernel := self.number("conv_L_cache"):
            return layers * hidden * kernel
        if layers and "attn_type_list" in self.config:
            return layers * self.shape["heads"] * self.shape["head_dim"] ** 2
        if layers and "full_attn_layers" in self.config:  # Kimi Delta Attention
            heads, head = self.number("num_heads", otherwise=self.shape["heads"]), self.number("head_dim")
            return layers * heads * head * (head + 3 * (self.number("short_conv_kernel_size", otherwise=4) - 1))
        return 0

    def _inner(self) -> tuple[int, int]:
        """The width inside a Mamba layer, and its heads; none of the first version."""
        heads = self.number("mamba_num_heads", "mamba_n_heads", "n_mamba_heads", "num_heads")
        inner = heads * self.number("mamba_head_dim", "mamba_d_head", "mamba_headdim", "head_dim") if heads else 0
        return self.number("mamba_d_ssm") or inner or self.hidden * self.number("mamba_expand", "expand", otherwise=2), heads

    def _looks_back(self) -> int:
        return self.number("mamba_d_conv", "conv_kernel", "d_conv", "mamba_conv_kernel", otherwise=4)

    @property
    def dense_width(self) -> int:
        """Inside the feed-forward part of a layer without experts."""
        width = self.number("intermediate_size_mlp", "dense_intermediate_size", otherwise=self.shape["ffn"])
        if self.config.get("block_auto_adjust_ff_dim") is True:  # LFM2: two thirds, rounded up to a multiple
            multiple = self.number("block_multiple_of", otherwise=256)
            width = -(-int(2 * width / 3) // multiple) * multiple
        return width

    def _dense(self) -> float:
        return float(self.matrices * self.hidden * self.dense_width)

    @property
    def shared_width(self) -> int:
        """Of what every token passes besides the experts of a layer."""
        if _family(self.config).startswith(("llama4", "gemma4")):
            return self.shape["ffn"]
        width = self.number("shared_expert_intermediate_size", "shared_intermediate_size", "moe_shared_expert_intermediate_size")
        experts = self.number("n_shared_experts", "num_shared_experts", "num_shared_expert", "moe_num_shared_experts")
        if "moe_shared_expert_intermediate_size" in self.config:
            return width * experts
        return width or experts * self.shape.get("expert_ffn", self.shape["ffn"])

    def _mixture(self, experts: int) -> float:
        width = self.shape.get("expert_ffn") or self.shape["ffn"]
        latent = self.number(
            "moe_latent_size", "routed_expert_hidden_size", "moe_hidden_size"
        )  # where routed experts work in a narrower space
        routed = experts * width * (latent or self.hidden)
        into = 2 * self.hidden * latent + self.hidden * self.shape["experts"]
        return float(self.matrices * (routed + self.hidden * self.shared_width) + into)

    @property
    def encoder_layers(self) -> int:
        return self.number("encoder_layers", otherwise=self.shape["layers"])

    @property
    def decoder_layers(self) -> int:
        return self.number("num_decoder_layers", "decoder_layers", otherwise=self.shape["layers"])

    def _encoder(self) -> float:
        """The encoder of an encoder-decoder, and the attention from the decoder to it."""
        if not encoder_decoder(self.config):
            return 0.0
        block = self._attention() + self._dense()
        return (self.encoder_layers + self.decoder_layers - self.layers.blocks) * block + self.decoder_layers * self._attention()


def gated(config: Config) -> bool:
    """Whether the feed-forward part has a third matrix."""
    activation = str(
        config.get("hidden_act") or config.get("hidden_activation") or config.get("activation_function") or config.get("mlp_hidden_act")
        or config.get("feed_forward_proj") or config.get("activation") or config.get("ffn_act_type") or ""
    ).casefold()  # fmt: skip
    family = _family(config)
    if any(family.startswith(word) or word in family for word in _GATED):
        return True
    if not activation:
        return not any(word in family for word in ("gpt", "falcon", "bloom", "mpt", "opt", "bert"))
    return activation not in _PLAIN


def tied(config: Config) -> bool:
    """Whether input and output share one table; a decoder of today does not unless it says so, save those of a few families."""
    said = config.get("tie_word_embeddings")
    if isinstance(said, bool):
        return said
    family = _family(config)
    shares = (
        "gemma",
        "gpt2",
        "gpt_bigcode",
        "opt",
        "bloom",
        "mpt",
        "falcon",
        "bert",
        "electra",
        "mpnet",
        "t5",
        "bart",
        "whisper",
        "cohere",
    )
    return any(word in family for word in shares)


def encoder_decoder(config: Config) -> bool:
    return config.get("is_encoder_decoder") is True or ("encoder_layers" in config and "decoder_layers" in config)


def _tower(config: Config) -> float:
    """Parameters of a vision transformer."""
    layers = number(config, "num_hidden_layers", "depth", "layers", "num_layers")
    width = number(config, "embed_dim", "hidden_size", "width")
    if not layers or not width:
        return 0.0
    inner = number(config, "intermediate_size") or 4 * width
    return float(layers * (4 * width * width + (3 if config.get("hidden_act") == "silu" else 2) * width * inner))


def _figures(config: Config, shape: Mapping[str, int], layers: Layers, count: _Count) -> dict[str, Any]:
    """The fields of a model that its shape fills."""
    figures: dict[str, Any] = {field: float(shape[field]) for field in ("layers", "hidden", "heads", "vocab")}
    figures["ffn"] = float(shape.get("expert_ffn", shape["ffn"]) if layers.mixture else shape["ffn"])
    figures["gated_ffn"] = 1.0 if gated(config) else 0.0
    if tied(config):
        figures["tied_embeddings"] = 1.0
    if context := number(config, "max_position_embeddings", "n_positions", "max_seq_len", "seq_length", highest=1_000_000_000):
        figures["max_context"] = float(context)
    if latent := number(config, "kv_lora_rank"):
        figures |= {"kv_width": float(latent + (number(config, "qk_rope_head_dim") or 0)), "attention": "mla"}
        if index := number(config, "index_head_dim"):
            figures["index_width"] = float(index)
    else:
        figures |= {"kv_heads": float(shape["kv_heads"]), "head_dim": float(shape["head_dim"])}
        if head := number(config, "global_head_dim"):
            figures["global_kv_width"] = float(2 * head * (number(config, "num_global_key_value_heads") or shape["kv_heads"]))
        if heads := number(config, "swa_num_key_value_heads"):  # layers with a window have heads of their own, and narrower values
            head, value = shape["head_dim"], number(config, "v_head_dim")
            figures["global_kv_width"] = float(shape["kv_heads"] * (head + (value or head)))
            figures["kv_width"] = float(heads * (head + (value or head)))
    if ratios := _ratios(config, shape["layers"]):  # keys and values are one
        figures["kv_width"] = float(shape["head_dim"])
        if index := number(config, "index_head_dim"):  # that the layers which compress least pick entries by
            least = min(filter(None, ratios))
            figures["index_width"] = round(index * ratios.count(least) / least / layers.full, 1)
    if layers.mixture:
        figures |= {
            "experts": float(shape["experts"]),
            "experts_per_token": float(shape["experts_per_token"]),
            "dense_layers": float(layers.dense),
        }
        if layers.dense:
            figures["dense_ffn"] = float(count.dense_width)
        if shared := count.shared_width:
            figures["shared_ffn"] = float(shared)
    if layers.full < shape["layers"]:
        figures["global_layers"] = float(layers.full)
        if layers.windowed:
            figures["window"] = float(shape["window"])
        if layers.windowed and not ratios:
            figures["window_layers"] = float(layers.windowed)
    if (kept := count.kept_state()) or layers.full + layers.windowed == shape["layers"]:
        figures["state_width"] = float(kept)
    if encoder_decoder(config):
        figures |= {
            "kind": "encoder-decoder",
            "layers": float(count.encoder_layers + count.decoder_layers),
            "global_layers": float(count.decoder_layers),
        }
    elif any(word in _family(config) for word in _ENCODERS):
        figures["kind"] = "encoder"
    return figures


def _released(whole: Config, config: Config) -> tuple[dict[str, str], Iterator[str]]:
    """The format of the weights, where it is not 16 bits and one that a model may be released in; else what to say of it."""
    stored = whole.get("quantization_config") or config.get("quantization_config")
    if not isinstance(stored, dict):
        return {}, iter(())
    method = str(stored.get("quant_method") or stored.get("quant_algo") or "").casefold()
    if config.get("expert_dtype") == "fp4":  # most of the weights, whatever the rest is in
        method = "mxfp4"
    if method in ("fp8", "mxfp4"):
        return {"released_precision": method}, iter(())
    bits = stored.get("bits")
    width = f" of {bits} bits" if type(bits) is int and 1 <= bits <= 16 else ""
    return {}, iter(
        [f"its weights are stored as {quote(method or 'quantized', 20)}{width}: give that as precision, else 16 bits are taken"]
    )

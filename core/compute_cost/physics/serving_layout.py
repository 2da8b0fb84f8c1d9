"""How a group of accelerators shares a served model: each layer together (tensor parallel) or the layers in turns."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from compute_cost.catalogue.records import Accelerator, Model
from compute_cost.errors import InputError
from compute_cost.inputs import warn
from compute_cost.physics.chips import links, step_constants
from compute_cost.physics.serving_time import server_share
from compute_cost.physics.shape import Shape, largest_split, shape_of, splits_evenly


class Layout(NamedTuple):
    """`together` accelerators share each layer; where that is not the whole group, such sets take turns by layers."""

    parallelism: str
    together: float
    reason: str = ""  # why tensor parallel does not reach over the group, where nobody asked for layers

    def explain(self, model: Model, gpu: Accelerator, gpus: float, fewest: float) -> None:
        """A warning where nobody asked for turns by layers: `fewest` accelerators hold the model."""
        if self.reason:
            together = self.together
            shared = (
                "they take turns by layers" if together == 1 else f"{gpus / together:,.0f} sets of {together:,.0f} take turns by layers"
            )
            better = next_shared(model, gpu, max(gpus, fewest))
            more = f"; {better:,.0f} would work on each layer together" if better else ""
            warn(f"tensor parallel splits {self.reason}, so not over {gpus:,.0f} accelerators: {shared}{more}")


def layout(
    model: Model, gpu: Accelerator, gpus: float, parallelism: str | None = None, fewest: Callable[[], float] = lambda: 1.0
) -> Layout:
    """Tensor parallel within a server where it can split the model; else, unless asked for, as far as it can and turns by layers.

    Raises InputError where tensor parallel was asked for and can't split the model so; what helps is a number of at
    least `fewest`, which holds it.
    """
    if parallelism == "layer":
        return Layout("layer", 1.0)
    shape, domain = shape_of(model), links(gpu, step_constants()).domain
    if _shared(shape, gpu, gpus):
        return Layout("tensor", server_share(gpu, gpus))
    if parallelism:
        least = int(fewest())
        fewer = _first_shared(shape, gpu, range(int(gpus) - 1, max(least, int(gpus) - domain) - 1, -1))
        numbers = " or ".join(f"{number:,.0f}" for number in (fewer, next_shared(model, gpu, max(gpus, least))) if number)
        remedy = f"gpus of {numbers}, or " if numbers else ""
        raise InputError("gpus", int(gpus), f'tensor parallel splits {_why(model, shape)}; give {remedy}parallelism "layer"')
    together = largest_split(shape, min(domain, gpus))
    while gpus % together:
        together = largest_split(shape, together - 1)
    name = "layer" if together == 1 else f"tensor {together:,.0f} x layer {gpus / together:,.0f}"
    return Layout(name, together, _why(model, shape))


def next_shared(model: Model, gpu: Accelerator, least: float) -> float | None:
    """The smallest number from `least` on whose servers work on each layer together; None if none is within a server more."""
    return _first_shared(shape_of(model), gpu, range(int(least), int(least) + links(gpu, step_constants()).domain + 1))


def _first_shared(shape: Shape, gpu: Accelerator, numbers: Iterable[int]) -> float | None:
    return next((float(number) for number in numbers if _shared(shape, gpu, number)), None)


def _shared(shape: Shape, gpu: Accelerator, gpus: float) -> bool:
    """Whether all accelerators of a server can work on each layer together, with so many on the fewest servers."""
    share = server_share(gpu, gpus)
    return share.is_integer() and splits_evenly(shape, share)


def _why(model: Model, shape: Shape) -> str:
    """What tensor parallel splits, for a message."""
    if not shape.heads:
        return "attention heads evenly, and where they are not known only powers of two are sure to do so"
    apart = f" and {shape.kv_parts:g} KV heads" if 1 < shape.kv_parts < shape.heads else ""
    return f"the {shape.heads:g} attention heads{apart} of {model.name} evenly"

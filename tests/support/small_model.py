"""Serves a small language model over HTTP until its input ends: python small_model.py WEIGHTS TEMPLATE. Prints the address."""

from __future__ import annotations

import sys
from pathlib import Path

import xllamacpp


def serve(weights: str, template: str) -> None:
    wanted = xllamacpp.CommonParams()
    wanted.model.path = weights
    wanted.model_alias = {"smollm2-135m"}
    wanted.chat_template = Path(template).read_text(encoding="utf-8")  # the model's own knows no tools
    wanted.use_jinja = True
    wanted.port = 0
    wanted.n_ctx, wanted.n_parallel, wanted.n_predict = 2048, 1, 200
    # One thread: two that wait for each other are many times slower where the cores are busy.
    wanted.cpuparams.n_threads = wanted.cpuparams_batch.n_threads = 1
    wanted.sampling.temp = 0.0
    wanted.warmup = False
    server = xllamacpp.Server(wanted)
    print(server.listening_address, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    serve(*sys.argv[1:])

"""An OpenAI-compatible endpoint: where it is, one streamed request with retries, and each failure as one clear line.

The Chat Completions API is used, not Responses: OpenAI, Ollama, vLLM and llama.cpp all stream tool calls over it,
and the whole conversation stays on this side, so nothing has to be stored at the endpoint.
"""

from __future__ import annotations

import email.utils
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import openai
import tenacity
from openai.types.chat import ChatCompletionChunk

from compute_cost.errors import CostError, quote
from compute_cost_tools.assistant import KEY, URL, settings

OPENAI = "https://api.openai.com/v1"
NO_KEY = "none-needed"  # a local endpoint asks for none, the SDK does
ATTEMPTS = 4
LONGEST_WAIT = 30.0
TRANSIENT = (408, 409, 429)
_LOCAL = ("localhost", "127.0.0.1", "::1")

# Some of OpenAI's models take tools over Chat Completions only if told not to reason first; they say so once.
_WITHOUT_REASONING: set[tuple[str, str]] = set()


class EndpointError(CostError):
    """The endpoint gave no answer; the message says where and what to do."""


@dataclass(frozen=True)
class Endpoint:
    """Where questions go. `timeout` is in seconds without any sign of life."""

    url: str
    key: str
    model: str
    timeout: float

    @property
    def place(self) -> str:
        """The address without anything secret in it."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.hostname}{f':{parts.port}' if parts.port else ''}{parts.path}"

    @property
    def is_local(self) -> bool:
        return urlsplit(self.url).hostname in _LOCAL

    def client(self) -> openai.OpenAI:
        # Retries are ours alone: with the SDK's on top, attempts would multiply.
        limits = openai.Timeout(self.timeout, connect=min(10.0, self.timeout))
        return openai.OpenAI(api_key=self.key, base_url=self.url, max_retries=0, timeout=limits)

    def offered(self) -> list[str]:
        """The models that the endpoint lists; none where it does not say."""
        try:
            with self.client() as client:
                return [model.id for model in client.models.list(timeout=10).data][:50]
        except (openai.OpenAIError, ValueError, AttributeError, TypeError):
            return []


def from_environment(model: str = "", timeout: float = 120.0) -> Endpoint:
    """The endpoint of OPENAI_BASE_URL, else OpenAI's own.

    Raises EndpointError where no model is named and the endpoint does not offer exactly one.
    """
    url, key = (os.environ.get(name, "").strip() for name in (URL, KEY))
    parts = urlsplit(url or OPENAI)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise EndpointError(f"OPENAI_BASE_URL: {quote(url)} is not an address; give one such as http://localhost:11434/v1")
    model = model or os.environ.get("COMPUTE_COST_MODEL", "").strip()
    endpoint = Endpoint(url or OPENAI, key or NO_KEY, model, timeout)
    if endpoint.model:
        return endpoint
    if parts.hostname == urlsplit(OPENAI).hostname:
        return Endpoint(endpoint.url, endpoint.key, settings()["default_model"], timeout)
    offered = endpoint.offered()
    if len(offered) != 1:
        which = f"it offers {', '.join(offered[:12])}" if offered else "it lists none, or can't be reached"
        raise EndpointError(f"which model of {endpoint.place}? Name it with --model or COMPUTE_COST_MODEL; {which}")
    return Endpoint(endpoint.url, endpoint.key, offered[0], timeout)


def stream(endpoint: Endpoint, messages: list[Any], tools: list[Any], note: Callable[[str], None]) -> Iterator[ChatCompletionChunk]:
    """The pieces of one answer. Transient faults are tried again until the first piece has come; later ones are not.

    Raises EndpointError with one line.
    """
    client = endpoint.client()

    def start() -> tuple[ChatCompletionChunk | None, Iterator[ChatCompletionChunk]]:
        where = (endpoint.url, endpoint.model)
        try:
            pieces = iter(
                client.chat.completions.create(
                    model=endpoint.model,
                    messages=messages,
                    tools=tools,
                    stream=True,
                    stream_options={"include_usage": True},
                    reasoning_effort="none" if where in _WITHOUT_REASONING else openai.omit,
                )
            )
        except openai.BadRequestError as problem:
            if problem.param != "reasoning_effort" or where in _WITHOUT_REASONING:
                raise
            _WITHOUT_REASONING.add(where)
            return start()
        return next(pieces, None), pieces

    def tell(state: tenacity.RetryCallState) -> None:
        problem = state.outcome.exception() if state.outcome else None
        wait = state.next_action.sleep if state.next_action else 0
        note(f"{_fault(problem)} at {endpoint.place}; trying again in {wait:.1f} s ({state.attempt_number} of {ATTEMPTS - 1})")

    attempts = tenacity.Retrying(
        retry=tenacity.retry_if_exception(is_transient),
        stop=tenacity.stop_after_attempt(ATTEMPTS),
        wait=_wait,
        before_sleep=tell,
        reraise=True,
    )
    try:
        first, pieces = attempts(start)
        if first is not None:
            yield first
            yield from pieces
    except (openai.OpenAIError, ValueError) as problem:
        raise EndpointError(explain(problem, endpoint)) from None
    finally:
        client.close()


def is_transient(problem: BaseException) -> bool:
    """Whether the same request may work in a moment. Not a timeout: it has waited long enough; not an empty account."""
    if isinstance(problem, openai.APIStatusError):
        wait = retry_after(problem)
        patient = wait is None or wait <= LONGEST_WAIT
        return patient and problem.code != "insufficient_quota" and (problem.status_code in TRANSIENT or problem.status_code >= 500)
    return isinstance(problem, openai.APIConnectionError) and not isinstance(problem, openai.APITimeoutError)


def retry_after(problem: openai.APIStatusError) -> float | None:
    """The seconds that the endpoint asks to wait, if it does."""
    headers = problem.response.headers
    for name, size in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        text = headers.get(name, "")
        try:
            return max(0.0, float(text) / size)
        except ValueError:
            moment = email.utils.parsedate_tz(text) if text else None
            if moment:
                return max(0.0, email.utils.mktime_tz(moment) - time.time())
    return None


_backoff = tenacity.wait_exponential_jitter(max=8.0, jitter=0.5)


def _wait(state: tenacity.RetryCallState) -> float:
    problem = state.outcome.exception() if state.outcome else None
    asked = retry_after(problem) if isinstance(problem, openai.APIStatusError) else None
    return _backoff(state) if asked is None else asked


def _fault(problem: BaseException | None) -> str:
    return f"HTTP {problem.status_code}" if isinstance(problem, openai.APIStatusError) else "no connection"


def explain(problem: Exception, endpoint: Endpoint) -> str:
    """A failure as one line: what happened where, and what to do."""
    place = endpoint.place
    body = getattr(problem, "body", None)
    said = quote(str(body.get("message") if isinstance(body, dict) else problem), 200).strip('"')
    if endpoint.key != NO_KEY:
        said = said.replace(endpoint.key, "...")
    text = said.casefold()
    if isinstance(problem, openai.APITimeoutError):
        return f"no answer from {place} for {endpoint.timeout:g} s; allow more with --timeout, or use --offline"
    if isinstance(problem, openai.APIConnectionError):
        why = quote(str(problem.__cause__ or problem), 120).strip('"')
        hint = "is the server running?" if endpoint.is_local else "check the network"
        return f"no connection to {place} ({why}); {hint} --offline answers without it"
    if not isinstance(problem, openai.APIStatusError):
        return f"the answer of {place} broke off or can't be read ({said}); ask again, or check that the address ends in /v1"
    status = problem.status_code
    if status in (401, 403):
        return f"{place} refuses the key of OPENAI_API_KEY ({status}: {said})"
    if "context" in text and any(word in text for word in ("length", "size", "window", "maximum", "exceed")):
        return f"too long for {endpoint.model}: {said}; start a new conversation, ask more briefly, or use a model with a larger context"
    if status == 404 or problem.code == "model_not_found" or ("model" in text and "not found" in text):
        offered = endpoint.offered()
        there = f"it offers {', '.join(offered[:12])}" if offered else "it lists no models; does the address end in /v1?"
        return f"{place} has no model {quote(endpoint.model)}; {there}"
    if status == 429:
        wait = retry_after(problem)
        asked = f"; it asks to wait {wait:.0f} s" if wait and wait > LONGEST_WAIT else ""
        return f"{place} takes no more requests for now ({said}){asked}; try later, or use --offline"
    if status >= 500 or status in TRANSIENT:
        return f"{place} failed {ATTEMPTS} times (HTTP {status}: {said}); try later, or use --offline"
    return f"{place} refuses the request (HTTP {status}: {said})"

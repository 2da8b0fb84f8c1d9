"""Conversations of the official client with the MCP server, and the results that texts refer to."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest

from compute_cost_tools import attacks
from compute_cost_tools.ledger import Ledger
from tests.support import ROOT
from tests.support.mcp_server import SERVER, http_server


@pytest.fixture(scope="package")
def ledger() -> Ledger:
    """c1 is a cost, c2 days, c3 a cost per million tokens, c4 a cost per month, c5 an API bill, c6 a number of GPUs."""
    return attacks.sets()[attacks.FIRST].ledger()


@pytest.fixture(scope="package")
def address() -> Iterator[str]:
    with http_server() as url:
        yield url


@pytest.fixture(params=["stdio", "http"])
def talk(request: pytest.FixtureRequest) -> Callable[[Callable[[Any], Awaitable[Any]]], Any]:
    """Runs a conversation of the official client with the server, over either transport."""
    from mcp import Client, StdioServerParameters

    target: Any
    if request.param == "stdio":
        catalogue = {"COMPUTE_COST_CATALOGUE": os.environ["COMPUTE_COST_CATALOGUE"]}  # the client hands on few variables of its own accord
        target = StdioServerParameters(command=SERVER[0], args=SERVER[1:], cwd=str(ROOT), env=catalogue)
    else:
        target = request.getfixturevalue("address")

    def run(conversation: Callable[[Any], Awaitable[Any]]) -> Any:
        async def whole() -> Any:
            async with Client(target) as client:
                return await conversation(client)

        return asyncio.run(asyncio.wait_for(whole(), 60))

    return run

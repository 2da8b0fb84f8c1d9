"""The prompts of the Model Context Protocol: made of names of the catalogue and of tools that are there; names are completed."""

from __future__ import annotations

from typing import Any

import pytest

from compute_cost import registry
from compute_cost_tools import schema


def test_prompts_and_completion(talk: Any) -> None:
    import mcp_types as types
    from mcp import MCPError

    wrong: list[tuple[str, dict[str, str], str]] = [
        ("cost_memo", {"model": "GPT-3", "gpu": "A1000"}, "did you mean A100"),
        ("cost_memo", {"model": "GPT-3"}, "gpu: missing"),
        ("cost_memo", {"model": "GPT-3", "gpu": "A100", "tone": "rude"}, "takes model, gpu"),
        ("cost_memos", {}, "did you mean cost_memo"),
        ("compare_hardware", {"model": "GPT-3", "gpus": "H100, h100"}, "2 to 6 different"),
        ("compare_hardware", {"model": "GPT-3", "gpus": "A100,H100,B200,L4,L40S,V100,A40,H200"}, "not known"),
    ]

    async def conversation(client: Any) -> Any:
        listed = (await client.list_prompts()).prompts
        memo = await client.get_prompt("cost_memo", {"model": "gpt 3", "gpu": "h100"})
        compared = await client.get_prompt("compare_hardware", {"model": "GPT-3", "gpus": "h100, A100"})
        for name, arguments, says in wrong:
            with pytest.raises(MCPError, match=says):
                await client.get_prompt(name, arguments)
        entry = types.ResourceTemplateReference(uri="compute-cost://accelerators/{name}")
        one = await client.complete(entry, {"name": "name", "value": "h100"})
        second = await client.complete(types.PromptReference(name="compare_hardware"), {"name": "gpus", "value": "A100, h20"})
        nothing = await client.complete(types.PromptReference(name="nonsense"), {"name": "nonsense", "value": "x" * 10_000})
        return listed, memo, compared, [found.completion.values for found in (one, second, nothing)]

    listed, memo, compared, (one, second, nothing) = talk(conversation)
    assert {prompt.name: [a.name for a in prompt.arguments] for prompt in listed} == {
        "cost_memo": ["model", "gpu"], "compare_hardware": ["model", "gpus"],
    }  # fmt: skip
    text = memo.messages[0].content.text
    assert 'Call train_cost with params "GPT-3", gpu "H100 SXM 80GB"' in text
    assert "none from memory" in text
    assert "{" not in text
    assert "accelerators H100 SXM 80GB, A100 SXM 80GB" in compared.messages[0].content.text
    assert one == ["H100 PCIe 80GB", "H100 SXM 80GB", "H100 NVL 94GB"]
    assert second == ["A100, H20 96GB", "A100, H200 SXM 141GB"]
    assert nothing == []


def test_every_tool_that_a_prompt_or_the_instructions_name_is_there() -> None:
    from compute_cost_tools import mcp_prompts
    from compute_cost_tools.mcp_server import INSTRUCTIONS

    memo = mcp_prompts.get("cost_memo", {"model": "GPT-3", "gpu": "H100"})
    both = mcp_prompts.get("compare_hardware", {"model": "GPT-3", "gpus": "H100, A100"})
    words = {word.strip(".,:;") for prompt in (memo, both) for word in prompt.messages[0].model_dump()["content"]["text"].split()}
    offered = {tool.name for tool in schema.tools()}
    named = {word for word in words if "_" in word}
    assert named - offered <= {"project_cost", "gpu_price"} < set(registry.estimates()), "the rest is run through run_estimate"
    assert schema.RUN_ESTIMATE in named
    assert "find" in INSTRUCTIONS.split()

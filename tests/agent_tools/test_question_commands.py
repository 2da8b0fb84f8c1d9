"""`compute-cost ask`, `chat` and `evals` as users run them, with a language model (a scripted server) and without."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import compute_cost
from compute_cost.amounts import show
from tests.support import ROOT, command
from tests.support.openai_server import Script, Step, calls, says, serving

pytestmark = pytest.mark.slow
ASKED = "what does GPT-3 cost to train?"
GPT3 = ("train_cost", {"params": "GPT-3"})
GOOD = "It costs about {c1.value}."
FIGURE = show(compute_cost.train_cost("GPT-3").value, "USD")
READ = f"It costs about {FIGURE}."
NAMES = ("OPENAI_API_KEY", "OPENAI_BASE_URL", "COMPUTE_COST_MODEL")


def environment(script: Script | None = None) -> dict[str, str]:
    bare = {name: value for name, value in os.environ.items() if name not in NAMES}
    return bare | ({"OPENAI_BASE_URL": script.url, "COMPUTE_COST_MODEL": "scripted"} if script else {})


def run(*arguments: str, steps: tuple[Step, ...] = (), **options: Any) -> tuple[subprocess.CompletedProcess[str], Script]:
    with serving(*steps) as script:
        return command(*arguments, env=environment(script), **options), script


def test_the_first_line_says_who_answers_and_where() -> None:
    done, script = run("ask", ASKED, steps=(calls(GPT3), says(GOOD)))
    assert done.returncode == 0, done.stderr
    first, second, third = done.stdout.splitlines()[:3]
    assert first.startswith(f"Answered by the language model scripted at {script.url} (an address on this machine)")
    assert second.startswith(f"train_cost(params=GPT-3): {FIGURE}")
    assert third == READ
    assert '=TRAIN_COST("GPT-3")' in done.stdout
    assert "200 tokens read, 20 written" in done.stdout.splitlines()[-1]
    assert done.stderr == ""


def test_without_key_and_address_the_reader_answers_and_says_so() -> None:
    done = command("ask", ASKED, env=environment())
    assert done.returncode == 0, done.stderr
    assert "not a language model" in done.stdout.splitlines()[0]
    assert "Neither OPENAI_API_KEY nor OPENAI_BASE_URL is set" in done.stdout.splitlines()[0]


@pytest.mark.parametrize("arguments", [("ask", ASKED, "--offline"), ("ask", ASKED, "--offline", "--json"), ("evals", "--offline")])
def test_offline_asks_nobody(arguments: tuple[str, ...], tmp_path: Path) -> None:
    if arguments[0] == "evals":
        path = tmp_path / "q.jsonl"
        path.write_text(
            json.dumps({"set": "T", "question": ASKED, "tool": "train_cost", "arguments": {"params": "GPT-3"}}), encoding="utf-8"
        )
        arguments = (*arguments, "--questions", str(path))
    done, script = run(*arguments)
    assert done.returncode == 0, done.stderr
    assert script.requests == []


def test_json_is_the_same_for_both_engines() -> None:
    done, _ = run("ask", ASKED, "--json", steps=(calls(GPT3), says(GOOD)))
    offline = json.loads(command("ask", ASKED, "--json", "--offline").stdout)
    said = json.loads(done.stdout)
    assert said.keys() == offline.keys() == {"tool", "arguments", "result", "answer", "asks", "not_used"}
    for key in ("tool", "arguments", "result", "asks"):
        assert said[key] == offline[key]
    assert said["result"]["value"] == compute_cost.train_cost("GPT-3").value
    assert "scripted" in done.stderr, "where the question went is said beside the JSON"


def test_a_failure_is_one_line() -> None:
    done, _ = run("ask", ASKED, steps=(Step(status=401, error={"message": "bad key"}),))
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1
    assert "refuses the key" in done.stderr


def test_a_model_without_an_endpoint() -> None:
    done = command("ask", ASKED, "--model", "m", env=environment())
    assert done.returncode == 2
    assert done.stderr.startswith("--model: no language model is asked")


def test_without_the_sdk_the_extra_is_named() -> None:
    code = "import sys; sys.modules['openai'] = None; from compute_cost.command.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, "ask", ASKED],
        capture_output=True, text=True, encoding="utf-8", cwd=ROOT, timeout=60, check=False, env=environment() | {"OPENAI_API_KEY": "k"},
    )  # fmt: skip
    assert done.returncode == 2
    assert 'pip install ".[chat]"' in done.stderr


def test_chat_keeps_the_conversation_until_new() -> None:
    steps = (calls(GPT3), says(GOOD), says("As said: {c1}."), Step(status=400, error={"message": "no"}), says("Which model?"))
    done, script = run("chat", steps=steps, input=f"{ASKED}\nagain?\n\nbroken\n/new\nhow much?\n/quit\nnever\n")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("Answered by") == 1
    assert f"As said: {FIGURE}.\n" in done.stdout
    assert "refuses the request (HTTP 400: no)" in done.stdout, "one failure does not end the conversation"
    assert [one["content"] for one in script.sent(2) if one["role"] == "user"] == [ASKED, "again?"]
    assert [one["content"] for one in script.sent(-1) if one["role"] == "user"] == ["how much?"]
    assert len(script.requests) == 5


def test_chat_offline_ends_with_its_input() -> None:
    done = command("chat", "--offline", input=f"{ASKED}\nhi\n\n{'x' * 600}\nprice of an H100", env=environment())
    assert done.returncode == 0, done.stderr
    assert '=TRAIN_COST("GPT-3")' in done.stdout
    assert "characters; at most" in done.stdout
    assert '=GPU_PRICE("H100")' in done.stdout
    assert done.stderr == ""


# A signal from outside may arrive between the last line of Python and the read that waits for a question, and is then lost until
# a line comes; so the process sends the signal itself, where it would wait.
INTERRUPTED = """
import builtins, os, signal, time
from compute_cost.command.cli import main

def asked(prompt=""):
    print("asked", flush=True)
    os.kill(os.getpid(), signal.SIGINT)
    while True:
        time.sleep(0.01)

builtins.input = asked
main()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is sent differently there")
def test_ctrl_c_leaves_chat_cleanly() -> None:
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED, "chat", "--offline"],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, encoding="utf-8", cwd=ROOT, env=environment(), timeout=60, check=False,
    )  # fmt: skip
    assert "offline reader" in done.stdout
    assert done.stdout.count("asked") == 1
    assert (done.returncode, done.stderr) == (0, "")


def test_evals_of_a_language_model(tmp_path: Path) -> None:
    lines = [
        {"set": "T", "question": ASKED, "tool": "train_cost", "arguments": {"params": "GPT-3"}},
        {"set": "T", "question": "weather?", "tool": None, "arguments": {}},
        {"set": "T", "question": "GPT-3, cost?", "tool": "train_cost", "arguments": {"params": "GPT-3"}},
        {"set": "T", "question": "GPT-3?", "tool": "train_cost", "arguments": {"params": "GPT-3"}},
    ]
    path = tmp_path / "q.jsonl"
    path.write_text("\n".join(json.dumps(one) for one in lines), encoding="utf-8")
    wrong = calls(("train_cost", {"params": "GPT-3", "gpus": 64}))
    steps = (calls(GPT3), says(GOOD), says("Not my subject."), wrong, says("See below."), says("It is $5."), says("It is $5."))
    done, script = run("evals", "--questions", str(path), "--json", steps=steps)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    (row,) = said["summary"]
    assert (row["exact"], row["invented arguments"], row["wrong answers"], row["not answered"]) == ("2/4", "1", "1", "1")
    assert row["asked or declined when it must"] == "1/1"
    assert row["tokens"] == "770"
    assert [one["ungrounded"] for one in said["questions"]] == [0, 0, 0, 1]
    assert [len([m for m in request["messages"] if m["role"] == "user"]) for request in script.requests[:4]] == [1, 1, 1, 1]


def test_the_exit_code_says_whether_something_was_answered() -> None:
    codes = [
        command("ask", question, "--offline", *json_).returncode
        for question in (ASKED, "what's the weather?", "cost to train 70B?")
        for json_ in ((), ("--json",))
    ]
    assert codes == [0, 0, 1, 1, 1, 1]


def test_a_question_from_the_input() -> None:
    done = command("ask", "--offline", "-", input=f"{ASKED}\n")
    assert done.returncode == 0, done.stderr
    assert done.stdout == command("ask", "--offline", ASKED).stdout


def test_details_on_request() -> None:
    brief, steps, sources, full = (
        command("ask", ASKED, "--offline", *options).stdout for options in ((), ("--steps",), ("--sources",), ("--full",))
    )
    assert len(brief.splitlines()) <= 12 + 3, "who answers, what was understood, a blank line, and twelve"
    assert ("\nHow\n" in steps, "\nSources\n" in steps) == (True, False)
    assert ("\nHow\n" in sources, "\nSources\n" in sources) == (False, True)
    assert ("\nHow\n" in full, "\nSources\n" in full) == (True, True)


def test_a_conversation_offline_goes_on() -> None:
    lines = [ASKED, "and on A100?", "with 512 of them at $2 an hour?", "what about the weather?", "and Llama 3 70B?"]
    done = command("chat", "--offline", input="\n".join(lines))
    formulas = [line for line in done.stdout.splitlines() if line.startswith("In a spreadsheet")]
    assert formulas == [
        'In a spreadsheet: =TRAIN_COST("GPT-3")',
        'In a spreadsheet: =TRAIN_COST("GPT-3",,"A100")',
        'In a spreadsheet: =TRAIN_COST("GPT-3",,"A100",2,,512)',
        'In a spreadsheet: =TRAIN_COST("Llama 3 70B",,"A100",2,,512)',
    ]
    assert "I can't answer that" in done.stdout

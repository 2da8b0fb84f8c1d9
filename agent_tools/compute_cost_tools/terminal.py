"""The terminal of ask and chat: the answer as it comes, and one dim line for each thing that happens meanwhile."""

from __future__ import annotations

import re
import sys

from rich.console import Console
from rich.text import Text

from compute_cost_tools.grounding import MARK


class Terminal:
    """Shows an answer. Lines are not broken here: the terminal does it, and a pipe gets them whole."""

    def __init__(self) -> None:
        self._console = Console(soft_wrap=True, highlight=False, markup=False, emoji=False)
        self._at_start = True

    def text(self, piece: str) -> None:
        shown = Text(piece)
        shown.highlight_regex(re.escape(MARK), "bold red")
        self._console.print(shown, end="")
        self._at_start = piece.endswith("\n") if piece else self._at_start

    def note(self, line: str) -> None:
        if not self._at_start:
            self._console.print()
        self._console.print(Text(line, style="dim"))
        self._at_start = True

    def problem(self, line: str) -> None:
        """What kept a question of a conversation from being answered."""
        self.note("")
        self._console.print(Text(line, style="red"))

    def question(self) -> str | None:
        """The next question; None at the end of the input. A pipe sees no prompt."""
        try:
            if not sys.stdin.isatty():
                return input()
            import readline  # noqa: F401  # gives input() its history, where the system has it
        except ImportError:
            pass  # Windows brings its own
        except EOFError:
            return None
        try:
            return input("\n> ")
        except EOFError:
            return None

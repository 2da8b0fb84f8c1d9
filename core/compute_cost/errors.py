"""What can go wrong, as a family.

CostError(ValueError)          anything a user can correct; the message is one line
├── InputError                 a value that can't be used; names the parameter, the value and what is allowed
│   ├── MissingInput           a required value was left out
│   ├── UnknownName            a model, GPU, estimate, assumption or source that the catalogue does not hold
│   ├── UnknownArgument        an argument that the estimate does not have
│   └── DoesNotFit             a model too large for the accelerators, in training or in serving; says how many would do
└── NoData                     the name is known, but the catalogue has no figure for what was asked

Any other exception is a bug in this package and is never shown as an answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping


def quote(value: object, limit: int = 60) -> str:
    """A value for a message: one line of what can be seen, in quotes that it can't end, at most `limit` characters."""
    try:
        if isinstance(value, float) and value.is_integer() and abs(value) < 1e16:
            text = f"{value:.0f}"  # as it was typed: a number is read as a float
        else:
            text = repr(value) if not isinstance(value, str) else '"' + value[: limit * 4].replace("\\", r"\\").replace('"', r"\"") + '"'
    except Exception:  # a foreign object whose repr fails must not hide the real error
        text = f"a {type(value).__name__}"
    text = one_line(text[: limit * 4])
    return text if len(text) <= limit else text[: limit - 1] + "…"


def one_line(text: str) -> str:
    """`text` as one line of what can be seen: nothing in it can steer the terminal that shows it."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


class CostError(ValueError):
    """Anything a user can correct."""


class InputError(CostError):
    """A value that can't be used."""

    def __init__(self, parameter: str, given: object, allowed: str) -> None:
        self.parameter = parameter
        self.given = given
        self.allowed = allowed
        super().__init__(f"{parameter}: {quote(given)} can't be used; {allowed}")


class MissingInput(InputError):
    """A required value was left out."""

    def __init__(self, parameter: str, allowed: str) -> None:
        super().__init__(parameter, None, allowed)
        self.args = (f"{parameter}: missing; {allowed}",)


class UnknownName(InputError):
    """A name that the catalogue does not hold. Near names are suggested, never taken."""

    def __init__(
        self, parameter: str, given: object, names: Iterable[str], hint: str, differences: Mapping[str, str] | None = None
    ) -> None:
        """`differences` are the suggestions themselves where more than one spelling was compared: what each differs in, "" for its name."""
        if differences is None:
            self.suggestions = near(given if isinstance(given, str) else quote(given), names)
        else:
            self.suggestions = [f"{name} ({difference})" if difference else name for name, difference in differences.items()]
        guess = f"did you mean {' or '.join(self.suggestions)}? " if self.suggestions else ""
        super().__init__(parameter, given, guess + hint)
        self.args = (f"{parameter}: {quote(given)} is not known; {guess}{hint}",)


class UnknownArgument(InputError):
    """An argument that the estimate does not have."""

    def __init__(self, estimate: str, given: str | int, arguments: Iterable[str], also: Iterable[str] = ()) -> None:
        """`given` is its name, or its place behind the last; `arguments` are listed, `also` are only suggested where they are near."""
        names = list(arguments)
        if isinstance(given, int):
            super().__init__("arguments", given, f"{estimate} takes {len(names)}")
            self.args = (f"{estimate} has no argument number {given}; it takes {len(names)}: {', '.join(names)}",)
            return
        guess = near(given, [*names, *also])
        did = f"did you mean {' or '.join(guess)}? " if guess else ""
        super().__init__(given, given, did)
        self.args = (f"{estimate} has no argument {quote(given)}; {did}it takes {', '.join(names)}",)


class DoesNotFit(InputError):
    """A model that the memory of the given accelerators can't hold, with what it works on."""


class NoData(CostError):
    """The name is known, but the catalogue has no figure for what was asked."""


def search_hint(kind: str) -> str:
    """How to see the known names of a kind, in Python, in a cell and in a terminal."""
    command = {"gpu": "gpus", "model": "models", "estimate": "find"}.get(kind)
    terminal = f"; in a terminal: compute-cost {command}" if command else ""
    return f'find("{kind}", text) lists the known names (in a cell: =COST_FIND{terminal})'


def lacks(what: str, *extras: str) -> str:
    """That something is missing which an extra of this package brings, and how to install it; quoted, as some shells read brackets."""
    return f'{what}; install the extra{"s" if len(extras) > 1 else ""}: pip install ".[{",".join(extras)}]"'


def near(text: str, names: Iterable[str], most: int = 3) -> list[str]:
    """Known names that look like `text`, best first (for a suggestion, never for an answer)."""
    import difflib  # mistakes only

    by_key: dict[str, str] = {}
    for name in names:
        by_key.setdefault(name.casefold(), name)
    key = text[:80].casefold()
    cutoff = 0.72 if len(key) > 3 else 0.66  # two letters of three: peu is near pue
    # Most names are too long or share too few letters to come near, which is seen at once; difflib would count them one by one.
    shortest, longest = (len(key) * end for end in (cutoff / (2 - cutoff), (2 - cutoff) / cutoff))
    of_length = [k for k in by_key if shortest <= len(k) <= longest]
    without = str.maketrans("", "", key)
    likely = [k for k in of_length if 2 * min(len(k) - len(k.translate(without)), len(key)) >= cutoff * (len(k) + len(key))]
    return [by_key[k] for k in difflib.get_close_matches(key, likely, n=most, cutoff=cutoff)]

"""The one list of estimates. A function decorated with @estimate appears in every spreadsheet, assistant and command.

The decorated name is the call that people use. It takes what they write ("70B", "H100", blanks), reads each argument once
by its kind, and shows that signature: in `inspect.signature`, in `help` and in the stub compute_cost/__init__.pyi.

An estimate that builds on another one has its arguments read already. It calls the function itself, which the call
carries as `of`; type checkers check it as it is written:

    project = project_cost.of(params, tokens, gpu, gpus, as_of=as_of)  # a Model, a float, an Accelerator, ...

An estimate that hands arguments on to another, whichever it is, takes them as a list: `*a` is a1, a2, ... in every front
end, MOST_ARGUMENTS of them.
"""

from __future__ import annotations

import datetime
import functools
import inspect
import math
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from itertools import pairwise
from typing import Any, Literal, ParamSpec, Protocol, cast

from compute_cost import catalogue
from compute_cost.amounts import show
from compute_cost.catalogue.names import OfOneMachine
from compute_cost.errors import CostError, InputError, MissingInput, UnknownArgument, UnknownName, quote, search_hint
from compute_cost.inputs import TOO_FAR, bounds, surrounding
from compute_cost.parameters import REQUIRED, Kind, Quantity, RentalPrice
from compute_cost.result import Answer, Question, Result

Answers = Literal["number", "text", "table"]
Assume = dict[str, Any] | list[str] | str  # {"pue": 1.1}, ["pue=1.1"] or "pue=1.1", in place of what an estimate assumes
Says = Callable[[str], Mapping[str, Any]]  # the other arguments that a name gives
P = ParamSpec("P")

# The estimates of each module, in the order in which they are listed. A module is imported when one of its estimates is first asked
# for. A new estimate is named here, and nowhere else.
MODULES = {
    "training.compute": "train_flops",
    "serving.compute": "infer_flops",
    "serving.memory": "memory_needed memory_fit",
    "serving.limits": "largest_model longest_context",
    "training.utilization": "step_utilization measured_utilization",
    "prices.rental": "gpu_price",
    "training.run": "train_gpu_hours train_days train_cost",
    "training.project": "project_cost",
    "training.scaling_law": "compute_optimal",
    "training.capacity": "gpus_needed cheapest_gpu",
    "training.energy": "train_energy",
    "training.fine_tuning": "finetune_gpu_hours finetune_cost",
    "training.preference": "dpo_gpu_hours dpo_cost",
    "training.reinforcement": "rl_gpu_hours rl_cost",
    "training.goodput": "goodput",
    "serving.images": "image_cost",
    "serving.throughput": "infer_throughput",
    "serving.cost": "infer_cost",
    "serving.fleet": "serving_cost serving_gpus",
    "serving.curve": "serving_curve",
    "serving.ranking": "cheapest_serving",
    "prices.bill": "rent_cost",
    "prices.path": "price_path",
    "company.ownership": "rent_or_own",
    "company.options": "ways_to_pay cash_flow",
    "company.fleet": "fleet_cost",
    "company.cluster": "cluster_capex",
    "company.energy": "energy_use",
    "company.reservation": "reserve_or_rent",
    "serving.hosted": "api_cost",
    "serving.agents": "agent_cost",
    "serving.own_or_api": "self_host_or_api",
    "serving.embedding": "embed_cost",
    "serving.speech": "speech_cost",
    "answers.lookup": "gpu_fact model_fact assumption source cost_version find",
    "answers.explanation": "explain estimate_range estimate_table",
    "answers.figures": "estimate_value estimate_low estimate_high cost_warnings cost_why",
    "company.funding": "compute_share",
    "company.fundraising": "raise_needed",
    "company.margin": "unit_margin",
    "company.distillation": "distill_cost",
    "company.data_stock": "data_limit",
    "company.trends": "future_cost",
    "company.currency": "in_currency",
    "answers.tables": "cost_table",
    "answers.bridge": "cost_bridge",
}
# The module of each estimate by name.
MODULE_OF = {name: f"compute_cost.{module}" for module, names in MODULES.items() for name in names.split()}

# Estimates that open up another one for a cell; an assistant and a command have other ways.
FOR_CELLS_ONLY = (
    "explain",
    "estimate_range",
    "estimate_table",
    "estimate_value",
    "estimate_low",
    "estimate_high",
    "cost_warnings",
    "cost_why",
)
MOST_ARGUMENTS = 22  # of an estimate: explain and cost_table hand on no more
MOST_BLANKS = 3  # side by side in a formula: nobody counts more of them
GIVEN_TWICE = "it is given twice; give it once, in its place or by its name"


class Estimate(Protocol[P]):
    """An estimate as people call it: it reads what it is given."""

    __name__: str

    @property
    def of(self) -> Callable[P, Answer]:
        """The function itself, for values that have been read already."""
        ...

    def __call__(self, *given: Any, assume: Assume | None = None, **named: Any) -> Result: ...


@dataclass(frozen=True, slots=True)
class Parameter:
    """One argument of an estimate."""

    name: str
    kind: Kind
    required: bool
    read: Callable[[Any], Any]

    @property
    def accepts(self) -> Any:
        """The Python type of what may be given; None stands for the default."""
        return self.kind.accepts if self.required else self.kind.accepts | None

    @property
    def says(self) -> Says | None:
        """What tells the other arguments that a name gives; None where its values are no names of things."""
        return self.kind.says() if self.kind.names_a_thing else None

    @property
    def help(self) -> str:
        """What to put there, for a function wizard or a tool's schema."""
        kind = self.kind
        doc = kind.doc[0].upper() + kind.doc[1:].rstrip(".") + "."
        choices = f" One of {', '.join(kind.choices)}." if kind.choices else ""
        unit = f" In {kind.unit}." if kind.unit not in ("", "1") else " A share: 0.4 is 40%." if kind.unit == "1" else ""
        return f"{doc}{unit}{choices}{f' Example: {kind.example}.' if kind.example else ''}"


@dataclass(frozen=True, slots=True)
class Doc:
    """One estimate: its name, what it answers, its arguments and the function to call."""

    name: str
    unit: str
    summary: str
    text: str
    parameters: tuple[Parameter, ...]
    answers: Answers
    call: Callable[..., Result]
    told: Callable[..., Result]  # the same for one who reads all that is said of the answer, which is worked out with it, once

    @property
    def cell_name(self) -> str:
        """The name in a spreadsheet."""
        return cell_name(self.name)

    def signature(self) -> str:
        """The call for people: train_cost(params, [tokens], [gpu])."""
        return f"{self.name}({', '.join(p.name if p.required else f'[{p.name}]' for p in self.parameters)})"


class _Estimates(Mapping[str, Doc]):
    """Every estimate by name. Names are known without the estimates; one that is asked for is imported with its module."""

    def __getitem__(self, name: str) -> Doc:
        if name in MODULE_OF and name not in _WHOLE:
            import_module(MODULE_OF[name])  # also where it is defined already: another thread may still be at the rest of its module
            _WHOLE.add(name)
        return _DEFINED[name]

    def __contains__(self, name: object) -> bool:
        return name in MODULE_OF or name in _DEFINED

    def __iter__(self) -> Iterator[str]:
        return iter({**MODULE_OF, **_DEFINED})

    def __len__(self) -> int:
        return len({**MODULE_OF, **_DEFINED})


_DEFINED: dict[str, Doc] = {}
_WHOLE: set[str] = set()  # those whose module is imported to its end
_ESTIMATES = _Estimates()
_SPREADSHEET_WORDS = {"find"}  # functions that Excel and Calc have already: theirs would answer


def cell_name(name: str) -> str:
    """The name of an estimate in a spreadsheet: train_cost is TRAIN_COST; find is COST_FIND, as FIND is the spreadsheet's own."""
    return f"COST_{name.upper()}" if name in _SPREADSHEET_WORDS else name.upper()


def estimate(unit: str, *, answers: Answers = "number") -> Callable[[Callable[P, Answer]], Estimate[P]]:
    """Register a function as an estimate whose value is in `unit`.

    `answers` says what a cell shows: the number, a text (or a number, as a fact may be either), or a table that spills.

    The function's signature is the interface: each parameter is annotated with one of the kinds of
    compute_cost.parameters and may default to None; the last may be a list, such as `*a`. The function gets checked values and
    never sees a blank, save in a list; its docstring's first line is the summary that people and assistants read.
    """

    def register(function: Callable[P, Answer]) -> Estimate[P]:
        name = function.__name__
        if name in _DEFINED or MODULE_OF.get(name, function.__module__) != function.__module__:
            raise TypeError(f"two estimates are named {name}")
        if name not in MODULE_OF and function.__module__.startswith("compute_cost."):
            raise TypeError(f"the estimate {name} is missing from MODULES in compute_cost.registry, by which it is found")
        text = inspect.getdoc(function) or ""
        if not text:
            raise TypeError(f"the estimate {name} has no docstring")
        parameters = tuple(_parameters(function))
        call = _caller(name, unit, function, parameters)
        functools.update_wrapper(call, function)
        signature = _signature(parameters, answers)
        vars(call).update(of=function, __signature__=signature)
        call.__annotations__ = {shown.name: shown.annotation for shown in signature.parameters.values()} | {
            "return": signature.return_annotation
        }
        told = _teller(name, unit, function, parameters)
        _DEFINED[name] = Doc(name, unit, text.splitlines()[0], text, parameters, answers, call, told)
        return cast("Estimate[P]", call)

    return register


def _parameters(function: Callable[..., Answer]) -> Iterator[Parameter]:
    module, signature = function.__globals__, inspect.signature(function)
    if not all(given.annotation in module for given in signature.parameters.values() if isinstance(given.annotation, str)):
        signature = inspect.signature(function, eval_str=True)  # otherwise names of the module, which need no evaluation
    for name, given in signature.parameters.items():
        annotation = module[given.annotation] if isinstance(given.annotation, str) else given.annotation
        kinds = [kind_given for kind_given in getattr(annotation, "__metadata__", ()) if isinstance(kind_given, Kind)]
        if len(kinds) != 1 or given.kind not in (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.VAR_POSITIONAL):
            raise TypeError(f"{function.__name__}: {name} needs an annotation from compute_cost.parameters")
        kind = kinds[0]
        if given.kind is inspect.Parameter.VAR_POSITIONAL:
            for listed in (f"{name}{number}" for number in range(1, MOST_ARGUMENTS + 1)):
                yield Parameter(listed, kind, False, kind.reader(listed))
        else:
            required = given.default is inspect.Parameter.empty or given.default is REQUIRED
            yield Parameter(name, kind, required, kind.reader(name))


def _signature(parameters: Sequence[Parameter], answers: Answers) -> inspect.Signature:
    """What the call accepts and answers with. An argument that is required behind optional ones shows REQUIRED as its default.

    Numbers in place of assumptions are not arguments: in a cell they are texts, in Python the keyword `assume`.
    """
    shown, optional = [], False
    for parameter in parameters:
        optional = optional or not parameter.required
        default = inspect.Parameter.empty if not optional else REQUIRED if parameter.required else None
        shown.append(
            inspect.Parameter(parameter.name, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=default, annotation=parameter.accepts)
        )
    shown.append(inspect.Parameter("assume", inspect.Parameter.KEYWORD_ONLY, default=None, annotation=Assume | None))
    return inspect.Signature(shown, return_annotation=Result[float] if answers == "number" else Result)


def _reader(name: str, parameters: tuple[Parameter, ...]) -> Callable[[Sequence[Any]], tuple[list[Any], Mapping[str, Any]]]:
    """What reads the arguments of an estimate: as its function takes them, and those that names give."""
    readers = [(p.read, p.says) for p in parameters]
    required = [index for index, p in enumerate(parameters) if p.required]

    def read_all(given: Sequence[Any]) -> tuple[list[Any], Mapping[str, Any]]:
        values: list[Any] = []
        saying: list[tuple[Mapping[str, Any], str]] = []
        for (read, says), value in zip(readers, given, strict=False):
            if type(value) is str:
                value, more = _meaning(read, says, value)
                if more:
                    saying.append((more, given[len(values)]))
            elif value is not None:
                value = read(value)
            values.append(value)
        said: Mapping[str, Any] = NOTHING
        for more, text in saying:
            said = {**said, **_take(more, text, parameters, values)}
        for index in required:
            if index >= len(values) or values[index] is None:
                kind = parameters[index].kind
                raise MissingInput(parameters[index].name, f"{name} needs it: {kind.doc} For example {kind.example}".rstrip())
        return values, said

    return read_all


WITH_OTHERS = object()


def read_alone(parameter: Parameter, value: Any) -> Any:
    """One argument as its function takes it, or WITH_OTHERS where only the whole call can tell: of a text that names an argument or
    gives others, and of one that is required and missing.

    With it a column of cells is read once, and each of its rows asks the function alone. Raises InputError for what can't be used.
    """
    if value is None:
        return WITH_OTHERS if parameter.required else None
    if type(value) is not str:
        return parameter.read(value)
    if _needs_binding(value):
        return WITH_OTHERS
    value, more = _meaning(parameter.read, parameter.says, value)
    return WITH_OTHERS if more else value


def _meaning(read: Callable[[str], Any], says: Says | None, text: str) -> tuple[Any, Mapping[str, Any]]:
    """What a text means as an argument, and the other arguments that it gives. Raises InputError for what can't be used."""
    meaning = _read_text(read, says, text)
    if isinstance(meaning, CostError):
        raise meaning.with_traceback(None)
    return meaning


def _needs_binding(text: str) -> bool:
    """Whether a text may name an argument, or is left out."""
    return "=" in text or not text.strip()


def _caller(name: str, unit: str, function: Callable[..., Answer], parameters: tuple[Parameter, ...]) -> Callable[..., Result]:
    read = _reader(name, parameters)
    once: set[int] = set()  # what has been asked once, by its hash

    def asked_again(question: int) -> bool:
        if question in once:
            return True
        if len(once) >= MOST_ONCE:
            once.clear()
        once.add(question)
        return False

    kept: dict[tuple[Any, ...], tuple[list[Any], Mapping[str, Any], Answer]] = catalogue.emptied({})

    def call(*given: Any, assume: Assume | None = None, **named: Any) -> Result:
        fixed: Mapping[str, float] = NOTHING
        by_name = bool(named) or assume is not None or len(given) > len(parameters)
        plain = True
        for value in given:  # and no any(...), which takes twice as long: this runs for every cell
            if type(value) is str:
                by_name = by_name or _needs_binding(value)
            elif type(value) not in _PLAIN:
                plain = False
        if by_name:
            given, fixed = _bind(name, parameters, given, named, assume)
            plain = _PLAIN.issuperset(map(type, given))
        outer = surrounding()
        if outer or fixed:
            values, said = read(given)
            put = {**outer.fixed, **fixed} if outer else fixed
            return _with_assumptions(Question(name, function, parameters, values, put, given, said), unit, fixed)
        before = kept.get(given) if plain else None
        if before:
            values, said, answer = before
        else:
            values, said = read(given)
            answer = function(*values)  # a check of values belongs before this, into what reads them: columns of cells ask the function too
            if plain and asked_again(hash(given)):
                if len(kept) >= MOST_KEPT:
                    kept.clear()
                kept[given] = values, said, answer
        return Result(_ask((name, function, parameters, values, fixed, given, said)), unit, answer)

    return call


def _teller(name: str, unit: str, function: Callable[..., Answer], parameters: tuple[Parameter, ...]) -> Callable[..., Result]:
    read = _reader(name, parameters)

    def told(*, assume: Assume | None = None, **named: Any) -> Result:
        given, fixed = _bind(name, parameters, (), named, assume)
        values, said = read(given)
        return _with_assumptions(Question(name, function, parameters, values, fixed, given, said), unit, fixed)

    return told


# As Question(...), of all its fields as one tuple, in half the time: every call makes one.
_ask = functools.partial(tuple.__new__, Question)
# Cells repeat, and are recalculated: an answer that is asked for a second time is kept by its arguments as they came, where these are
# of types whose equals mean the same. True equals 1 and is no number; of other types nobody can say what they do. A column of new cells
# leaves nothing behind but hashes, for whatever is held slows down what comes after it.
_PLAIN = frozenset((float, str, type(None), int, datetime.date, datetime.datetime))
MOST_KEPT = 256  # of one estimate
MOST_ONCE = 4096


@catalogue.kept(1000)
def _read_text(read: Callable[[str], Any], says: Says | None, text: str) -> tuple[Any, Mapping[str, Any]] | CostError:
    """What a text means as an argument, and the other arguments that it gives, or why it is refused: one text stands in many cells.

    A name that is not known is compared with all there are, which takes milliseconds: of thousands of cells only the first waits.
    """
    try:
        return read(text), says(text) if says else NOTHING
    except CostError as problem:
        return problem


def _take(says: Mapping[str, Any], written: str, parameters: Sequence[Parameter], values: list[Any]) -> dict[str, Any]:
    """Puts what a name gives besides its thing, such as a number format, where it was left out; what of it was not given as well.

    Raises InputError where another value was given, or where the argument can't be what the name says.
    """
    places = {parameter.name: place for place, parameter in enumerate(parameters)}
    said = {}
    for name, value in says.items():
        place = places.get(name)
        if place is None:
            said[name] = value
            continue
        values += [None] * (place + 1 - len(values))
        try:
            read = parameters[place].read(value)
        except InputError as problem:
            raise InputError(name, value, f"which {quote(written)} gives; {problem.allowed}") from None
        if values[place] is None:
            values[place] = said[name] = read
        elif isinstance(value, OfOneMachine):
            if values[place] % read:
                raise InputError(name, values[place], f"one {quote(written)} has {show(value)}; give a multiple of {show(value)}")
        elif values[place] != read:
            raise InputError(name, values[place], f"{quote(written)} gives {name} {show(value)}; leave one of the two out")
    return said


def _with_assumptions(question: Question, unit: str, own: Mapping[str, float]) -> Result:
    """The answer with what was put in place of assumptions, which may be numbers that no formula bears."""
    try:
        result = Result(question, unit, own=own)
        if not own or isinstance(result.value, str) or math.isfinite(result.value):
            return result
    except CostError:
        raise
    except (ArithmeticError, ValueError):
        if not own:
            raise
    raise InputError("assume", ", ".join(own), "there is no answer with values so far from the catalogue's; give values closer to them")


def is_left_out(value: Any) -> bool:
    """Whether a value means the default: nothing, or a text without a word, with which assistants and forms fill what nobody gave."""
    return value is None or (type(value) is str and not value.strip())


def means_default(name: str, text: str) -> bool:
    """Whether a text is the word "default", by which people leave an argument out. To one that has the word as a value, as `level` has,
    it is that value; what is handed on is read by the estimate that it is for."""
    return text.strip().casefold() == DEFAULT and name.casefold() not in _taking_the_word()


@functools.cache
def _taking_the_word() -> frozenset[str]:
    every = (parameter for doc in _ESTIMATES.values() for parameter in doc.parameters)
    return frozenset(parameter.name for parameter in every if DEFAULT in parameter.kind.choices or parameter.kind.handed_on)


DEFAULT = "default"
NOTHING: Mapping[str, Any] = {}
_DIGITS = re.compile(r"[1-9]\d*(?:\.(?:\d{1,2}|\d{4,}))?")  # three decimals may be thousands, which stay as they were typed
_NAMED = re.compile(r"\s*([A-Za-z]\w*)\s*=(.*)", re.DOTALL)
_FOLLOWING = r";\s*([A-Za-z]\w*)\s*="


def named(text: Any) -> tuple[str, str | None] | None:
    """The name and the value of a text such as "pue=1.1", a blank value as None; None for anything else."""
    match = _NAMED.fullmatch(text) if isinstance(text, str) else None
    return (match[1].casefold(), match[2].strip() or None) if match else None


def all_named(text: Any, arguments: Collection[str] = ()) -> list[tuple[str, str | None]]:
    """The names and values of a text that holds one or several, such as "gpu=A100; pue=1.1"; none for anything else.

    A semicolon parts two of them only where an assumption or one of the `arguments` follows by its name. What else it parts belongs to
    the value: a line that describes a model, or amounts by month.
    """
    first = named(text)
    if not first or ";" not in text:
        return [first] if first else []
    known = (match.start() for match in re.finditer(_FOLLOWING, text) if {match[1].casefold()} & {*arguments, *catalogue.assumptions()})
    ends = [0, *known, len(text)]
    return [pair for start, end in pairwise(ends) if (pair := named(text[start:end].strip(" ;")))]


def assumptions(assume: Any) -> list[tuple[str, Any]]:
    """What is to stand in place of assumptions, by name: {"pue": 1.1}, or texts such as ["pue=1.1"]."""
    if isinstance(assume, Mapping):
        return [(str(key).casefold(), value) for key, value in assume.items()]
    pairs: list[tuple[str, Any]] = []
    for text in assume if isinstance(assume, (list, tuple)) else [assume]:
        said = all_named(text)
        if not said:
            raise InputError("assume", text, 'give each assumption with its value, such as "pue=1.1"')
        pairs += said
    return pairs


def _bind(
    name: str, parameters: Sequence[Parameter], given: Sequence[Any], by_name: Mapping[str, Any], assume: Assume | None
) -> tuple[tuple[Any, ...], Mapping[str, float]]:
    """The values in the order of the parameters, and what is to stand in place of assumptions.

    A text "name=value" is a value for that parameter or assumption, wherever it stands; one text may hold several.
    """
    names = [parameter.name for parameter in parameters]
    values: list[Any] = [None] * len(names)
    pairs: list[tuple[str, Any]] = list(by_name.items())
    for index, value in enumerate(given):
        said = all_named(value, names) if index >= len(names) or not parameters[index].kind.free else []
        if said:
            pairs += said
        elif index >= len(names):
            raise UnknownArgument(name, index + 1, names)
        else:
            values[index] = None if is_left_out(value) else value
    pairs += [] if assume is None else assumptions(assume)
    fixed: dict[str, float] = {}
    for written, value in pairs:
        key = meant(parameters, written)
        place = names.index(key) if key in names else None
        if key in fixed or (place is not None and values[place] is not None):
            raise InputError(key, value, GIVEN_TWICE)
        if is_left_out(value):
            continue
        if place is not None:
            values[place] = value
        else:
            fixed[key] = _assumption(name, key, names).reader(key)(value)
    return tuple(values), fixed


def meant(parameters: Sequence[Parameter], name: str) -> str:
    """The argument that a name means: `price` is that of an hour, where an estimate has one such price."""
    if name != "price" or any(parameter.name == name for parameter in parameters):
        return name
    prices = [parameter.name for parameter in parameters if isinstance(parameter.kind, RentalPrice)]
    return prices[0] if len(prices) == 1 else name


def _assumption(name: str, key: str, names: Sequence[str]) -> Quantity:
    """How a number in place of an assumption is read: in its own unit, at most 20 times beyond its range, as further off is a slip.

    A share or a price may also be 0, for none of it; one that is 0 itself has no range to be beyond.
    Raises UnknownArgument for an unknown name.
    """
    row = catalogue.assumptions().get(key)
    if row is None or isinstance(row.value, str):
        raise UnknownArgument(name, key, names, catalogue.assumptions())
    low, high = (row.value if end is None else end for end in (row.low, row.high))
    least = 0.0 if row.unit.startswith(("1", "USD")) else low / TOO_FAR
    most = min(high * TOO_FAR or math.inf, bounds(row.unit, high)[1])
    return Quantity(row.description, row.unit, low=min(least, low), high=most, example=f"{row.value:g}")


def kinds(doc: Doc, arguments: Mapping[str, Any]) -> dict[str, Kind]:
    """How each named value is read: an argument of the estimate, or a number in place of an assumption.

    Raises UnknownArgument for a name that is neither.
    """
    own = {parameter.name: parameter.kind for parameter in doc.parameters}
    return {name: own.get(name) or _assumption(doc.name, name, list(own)) for name in arguments}


def by_name(doc: Doc, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments with those of `assume` added, in the order of the estimate's own. Raises UnknownArgument as `kinds` does."""
    given = {meant(doc.parameters, name): value for name, value in arguments.items() if name != "assume"}
    assume = [] if arguments.get("assume") is None else assumptions(arguments["assume"])
    for name, value in assume:
        if name in given:
            raise InputError(name, value, GIVEN_TWICE)
        given[name] = value
    kinds(doc, given)
    order = [parameter.name for parameter in doc.parameters if parameter.name in given]
    return {name: given[name] for name in dict.fromkeys([*order, *given])}


def estimates() -> Mapping[str, Doc]:
    """Every estimate by name, in the order of MODULES. What looks at all of them imports every module."""
    return _ESTIMATES


def get(name: str) -> Doc:
    """The estimate of that name; train_cost and TRAIN_COST are the same."""
    if name in _ESTIMATES:
        return _ESTIMATES[name]
    plain = name.strip().casefold()[:80]
    known = plain if plain in _ESTIMATES else next((known for known in _ESTIMATES if cell_name(known) == name.strip().upper()), None)
    if known is None:
        raise UnknownName("name", name, _ESTIMATES, search_hint("estimate"))
    return _ESTIMATES[known]


class Reference(str):
    """The address of a cell, in place of a value: a formula points at it."""


def formula(name: str, arguments: Mapping[str, Any]) -> str:
    """The call as a spreadsheet writes it: =TRAIN_COST("GPT-3",,"A100"). Blank places are defaults, a list is {7,70}.

    What would stand behind more than MOST_BLANKS blank places follows by name, as does what stands in place of assumptions:
    =SERVING_COST("Llama 3.1 8B","users_per_day=1000"). Where every place behind is taken, these fill the blank ones before, and what
    then has no place shares one: =FUTURE_COST(1000000,3,"improvement_per_year=1.4; rent_swing=1.4").
    """
    doc = get(name)
    places: list[str] = []
    by_their_names: dict[str, Any] = {}
    for place, parameter in enumerate(doc.parameters):
        value = arguments.get(parameter.name)
        if value is None:
            continue
        blanks = place - len(places)
        if blanks > MOST_BLANKS and not isinstance(value, (list, tuple)) and not parameter.kind.handed_on:
            by_their_names[parameter.name] = value
        else:
            number = isinstance(value, str) and isinstance(parameter.kind, Quantity) and _DIGITS.fullmatch(value)
            places += [*[""] * blanks, str(value) if number else _literal(value)]  # a command line knows texts only
    own = {parameter.name for parameter in doc.parameters}
    by_their_names |= {key: value for key, value in arguments.items() if key not in own and key != "assume" and value is not None}
    texts = [_named_text(key, value) for key, value in [*by_their_names.items(), *assumptions(arguments.get("assume") or {})]]
    if texts:
        _place(doc, arguments, places, texts)
    while places and not places[-1]:
        places.pop()
    return f"={doc.cell_name}({','.join(places)})"


def _place(doc: Doc, arguments: Mapping[str, Any], places: list[str], texts: list[str]) -> None:
    """Puts texts that name an argument or an assumption into the places of a call that are free for them."""
    last = len(places)
    places += [""] * (len(doc.parameters) - last)
    kinds = [parameter.kind for parameter in doc.parameters]
    nameable = [place for place, kind in enumerate(kinds) if kind.handed_on or not kind.free]  # elsewhere it would be the text itself
    free = [place for place in [*range(last, len(places)), *reversed(range(last))] if place in nameable and not places[place]]
    if texts and not free:  # the last argument that can say its name makes room behind it
        given = {place: arguments[doc.parameters[place].name] for place in reversed(nameable)}
        free = [place for place, value in given.items() if not isinstance(value, (list, tuple))][:1]
        texts.insert(0, _named_text(doc.parameters[free[0]].name, given[free[0]]))
    for place, text in zip(free, texts[: len(free) - 1], strict=False):
        places[place] = text
    if len(texts) >= len(free) > 0:
        places[free[-1]] = functools.reduce(_joined, texts[len(free) - 1 :])


def _named_text(key: str, value: Any) -> str:
    """An argument by its name, as a spreadsheet writes that text."""
    return f'"{key}="&{value}' if isinstance(value, Reference) else _literal(f"{key}={_bare(value)}")


def _joined(text: str, more: str) -> str:
    """Two such texts as one."""
    return f"{text[:-1]}; {more[1:]}" if text.endswith('"') else f'{text}&"; {more[1:]}'


def _bare(value: Any) -> str:
    """A value as it stands behind its name, within a text: without quotation marks of its own."""
    return str(value) if isinstance(value, (str, datetime.date)) else _literal(value)


def _literal(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Reference):
        return value
    if isinstance(value, (list, tuple)):  # an array constant: commas between the cells of a row, semicolons between rows
        rows = (row if isinstance(row, (list, tuple)) else [row] for row in value)
        nested = any(isinstance(row, (list, tuple)) for row in value)
        return "{" + (";" if nested else ",").join(",".join(_literal(cell) or '""' for cell in row) for row in rows) + "}"
    if isinstance(value, float) and value == int(value) and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, (int, float)):
        return repr(value).upper()
    text = "".join(filter(str.isprintable, " ".join(str(value).split())))  # a line break in a name means nothing, nor what is not seen
    return '"' + text.replace('"', '""') + '"'

"""Cash month by month of using accelerators, however they are paid for: rented, reserved, leased, bought, bought on credit, built.

One engine for every estimate that compares ways to pay. A way to pay is a list of months: what is paid under each heading [USD] by
the end of the month, and the hours of use. Time 0 is the day on which use begins. Interest is by the month at the yearly rates
given. All figures may be arrays with one element for each draw: the months are worked out for all draws at once.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple, TypeVar

from compute_cost.company.paths import ByAge

Number = Any  # a float, or an array of floats with one element for each draw
T = TypeVar("T")
_ENDLESS = 1e6  # months: longer than anything is used


def least(one: Number, other: Number) -> Number:
    """The smaller of two numbers, element by element where they are arrays."""
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return one if one < other else other
    import numpy as np  # draws only: a cell needs no numpy

    return np.minimum(one, other)


def most(one: Number, other: Number) -> Number:
    """The larger of two numbers, element by element where they are arrays."""
    return -least(-one, -other)


def monthly(rate: Number) -> Number:
    """What a yearly rate is for one month: (1 + rate)^(1/12) - 1, with all its digits where it is small."""
    if isinstance(rate, (int, float)):
        return math.expm1(math.log1p(rate) / 12)
    return (1 + rate) ** (1 / 12) - 1


def annuity(rate: float, periods: float) -> float:
    """The level payment at the end of each period that repays 1 with interest: rate / (1 - (1 + rate)^-periods).

    PMT of the spreadsheets (OpenDocument 1.2, part 2: OpenFormula) with the sign turned; part of a period counts as that part.
    """
    if rate * periods < 1e-12:  # the limit: nothing but the principal is repaid
        return 1 / periods
    return rate / -math.expm1(-periods * math.log1p(rate))


def _is_nothing(amount: Number) -> bool:
    """Whether an amount is a plain zero, which needs no working out."""
    return isinstance(amount, (int, float)) and abs(amount) < 1e-12


def _is_any(amounts: Iterable[Number]) -> bool:
    """Whether anything is paid: most headings are plain zeros in all months."""
    try:
        return any(amounts)
    except ValueError:  # of draws, which are neither true nor false
        return True


def _twin(thing: T) -> T:
    """A copy that goes on by itself, in a tenth of the time of copy.copy."""
    twin = object.__new__(type(thing))
    vars(twin).update(vars(thing))
    return twin


class Month(NamedTuple):
    """What is paid by the end of one month [USD, income below zero], the hours used, and the time since use began [months]."""

    end: Number
    hours: Number = 0.0
    rent: Number = 0.0
    power: Number = 0.0
    space: Number = 0.0
    operations: Number = 0.0
    equipment: Number = 0.0
    resale: Number = 0.0
    finance: Number = 0.0
    tax: Number = 0.0

    @property
    def paid(self) -> Number:
        """Everything, the resale included."""
        return self.rent + self.power + self.space + self.operations + self.equipment + self.resale + self.finance + self.tax


LINES = Month._fields[2:]
WHOLE = 1.0  # the part of a month that counts, of most of them


_Part = tuple[int, Number, Number, Number]  # of the use, a month: its number from 1, its end, the part that counts, and the hours


class Use(NamedTuple):
    """What is needed: `gpus` accelerators for `months`, used for a share of the hours that may differ by month.

    `load` holds the shares of the first months, the last of them that of all later ones; over the first `ramp_months` it rises from
    nothing in a straight line.
    """

    gpus: float
    months: Number
    month_hours: Number
    load: Sequence[Number]
    ramp_months: float = 0.0

    @property
    def rows(self) -> int:
        """How many months have a row; the last may be part of one."""
        longest = self.months if isinstance(self.months, (int, float)) else float(self.months.max())
        return max(1, math.ceil(longest - 1e-9))

    @property
    def shortest(self) -> float:
        """The months of use; the fewest of any draw."""
        return float(self.months if isinstance(self.months, (int, float)) else self.months.min())

    def is_last(self, number: int) -> Number:
        """Whether use ends in that month: a truth value, or an array of ones and zeros."""
        if isinstance(self.months, (int, float)):
            return number - 1 < self.months <= number
        return ((self.months > number - 1) & (self.months <= number)) * 1.0

    def parts(self) -> Iterator[_Part]:
        """For each month its number from 1, its end, the part of it that counts, and the hours of use."""
        shortest = self.shortest
        for number in range(1, self.rows + 1):
            end = float(number) if number <= shortest else least(self.months, float(number))
            part = WHOLE if number <= shortest else most(end - (number - 1), 0.0)
            if number <= len(self.load):
                hours = self.gpus * self.month_hours * self.load[number - 1]
            used_hours = hours * ((number - 0.5) / self.ramp_months) if number - 0.5 < self.ramp_months else hours
            yield number, end, part, used_hours if number <= shortest else used_hours * part


class Hired(NamedTuple):
    """Accelerators of somebody else, by the hour.

    `prices` [USD per GPU-hour] are those of the first months, the last of them that from which `growth` a year counts. `committed`:
    every hour is paid, used or not. `prepaid` is the share of it all that is paid on the first day.
    """

    use: Use
    prices: Sequence[Number]
    growth: Number = 0.0
    committed: bool = False
    prepaid: Number = 0.0
    running: Number = 0.0  # support, storage and traffic [USD per month]
    setup: Number = 0.0  # paid on the first day [USD]
    tax_rate: Number = 0.0
    credits: Number = 0.0  # of the provider, which pay the first of the rent [USD]

    def months(self) -> Iterator[Month]:
        """The first day, then each month."""
        return _months(self)

    def course(self) -> _Renting:
        return _Renting(self)

    def until(self, months: float) -> Hired:
        """The same, for so many months."""
        return self._replace(use=self.use._replace(months=months))


class _Renting:
    """A rent month by month, with its price by then and what is left of the credits."""

    def __init__(self, plan: Hired) -> None:
        self.plan, self.price, self.step, self.credits = plan, plan.prices[0], 1 + monthly(plan.growth), plan.credits
        self.is_prepaid, self.is_taxed = not _is_nothing(plan.prepaid), not _is_nothing(plan.tax_rate)
        self.has_credits = not _is_nothing(plan.credits)

    def first(self) -> Month:
        plan = self.plan
        advance = self._advance() if self.is_prepaid else 0.0
        month = Month(0.0, rent=advance, operations=plan.setup, tax=-plan.tax_rate * plan.setup)
        return self._after_credits(month) if self.has_credits else month

    def months(self, parts: Iterable[_Part]) -> Iterator[Month]:
        plan, committed = self.plan, self.plan.use.gpus * self.plan.use.month_hours
        for number, end, part, hours in parts:
            price = self.price = self._price(number, self.price)
            rent = (committed * part if plan.committed else hours) * price
            running = plan.running if part is WHOLE else plan.running * part
            tax = -plan.tax_rate * (rent + running) if self.is_taxed else 0.0
            due = rent * (1 - plan.prepaid) if self.is_prepaid else rent
            month = Month(end, hours, due, 0.0, 0.0, running, 0.0, 0.0, 0.0, tax)
            yield self._after_credits(month) if self.has_credits else month

    def apart(self) -> _Renting:
        """The same, which goes on by itself."""
        return _twin(self)

    def ending(self, months: float) -> _Renting:
        """The same, of a plan that ends after so many months."""
        return _twin(self)

    def _after_credits(self, month: Month) -> Month:
        self.credits, month = paid_by_credits(self.credits, month, self.plan.tax_rate)
        return month

    def _price(self, number: int, before: Number) -> Number:
        """The price of a month [USD per GPU-hour], given that of the month before."""
        return self.plan.prices[number - 1] if number <= len(self.plan.prices) else before * self.step

    def _advance(self) -> Number:
        """What is paid on the first day [USD]."""
        plan, price, advance = self.plan, self.plan.prices[0], 0.0
        for number, _, part, hours in plan.use.parts():
            price = self._price(number, price)
            advance = advance + (plan.use.gpus * plan.use.month_hours * part if plan.committed else hours) * price
        return advance * plan.prepaid


def value_left(residual: Number | ByAge, months: Number, life_months: Number) -> Number:
    """What is left of the price of equipment of that age: a share at the end of its life, to which it falls at one rate, or by age."""
    return residual.at(months) if isinstance(residual, ByAge) else residual ** (months / life_months)


class Owned(NamedTuple):
    """Accelerators of one's own, or leased, from the day on which use begins until its end, then sold or given back.

    Amounts [USD] are for all of them. `price` is what the equipment costs with network and storage; over its
    `life_months` it falls at one rate to the share `residual`, or by age as that says. `hall` is what the building costs, which falls
    in a straight line over `hall_months`. `setup` is paid on the first day and not sold. `yearly` are the yearly rates at which
    electricity, space and operations get dearer, once a year.
    `lead_months` lie between payment and first use. A loan of `loan_share` of the price is repaid in level payments over
    `loan_months`, save the share `balloon` that is due at their end; whatever is owed at a sale is repaid from it. A lease has the
    lessor buy at `lease_rate` and keep the equipment, which is then worth the share `lease_residual` to him.
    Tax: what is paid counts against profit elsewhere; equipment is written off in a straight line over `write_off_months`, a
    building by what it has lost when use ends.
    """

    use: Use
    price: Number
    residual: Number | ByAge
    life_months: Number
    power: Number  # USD per month, as are the next two
    space: Number
    operations: Number
    yearly: tuple[Number, Number, Number] = (0.0, 0.0, 0.0)
    hall: Number = 0.0
    hall_months: Number = 1.0
    setup: Number = 0.0
    cost_of_capital: Number = 0.0
    lead_months: Number = 0.0
    prepaid: Number = 1.0
    loan_share: Number = 0.0
    loan_rate: Number = 0.0
    loan_months: float = 1.0
    balloon: Number = 0.0
    lease_rate: Number | None = None
    lease_residual: Number = 0.0
    tax_rate: Number = 0.0
    write_off_months: Number = 1.0
    age_months: Number = 0.0  # when bought

    def months(self) -> Iterator[Month]:
        """The first day, then each month; what is owed, written off and sold at the end goes into the last."""
        return _months(self)

    def course(self) -> _Owning:
        return _Owning(self)

    @property
    def resale(self) -> Number:
        """What the equipment is sold for at the end of use, as a share of its price."""
        return self.left(self.use.months)

    @property
    def hall_resale(self) -> Number:
        return self.hall_left(self.use.months)

    def left(self, months: Number) -> Number:
        """What is left of the price of the equipment after so many months of use, as a share."""
        if isinstance(self.residual, ByAge):
            return self.residual.at(self.age_months + months) / self.residual.at(self.age_months)
        return value_left(self.residual, months, self.life_months)  # it falls at one rate, whatever the age

    def hall_left(self, months: Number) -> Number:
        return most(1 - months / self.hall_months, 0.0)

    def until(self, months: float) -> Owned:
        """The same, used and kept for so many months."""
        return self._replace(use=self.use._replace(months=months))

    @property
    def is_leased(self) -> bool:
        return self.lease_rate is not None

    def lease(self) -> Number:
        """What a lease costs [USD per month]."""
        if self.lease_rate is None:
            return 0.0
        rate = monthly(self.lease_rate)
        if _is_nothing(rate):
            return self.price * (1 - self.lease_residual) / self.use.months
        kept = (1 + rate) ** -self.use.months
        return self.price * (1 - self.lease_residual * kept) * rate / (1 - kept)


class _Owning:
    """What is owned month by month, with its running costs by then, what is owed and what is not written off."""

    def __init__(self, plan: Owned) -> None:
        self.is_taxed, self.loan, self.lease = not _is_nothing(plan.tax_rate), _Loan(plan), plan.lease()
        self.book = self.bought = 0.0 if plan.is_leased else plan.price
        self.written_off = self.bought / plan.write_off_months
        self.running = plan.power, plan.space, plan.operations
        self.plan = plan
        self._sell(plan.use)

    def _sell(self, use: Use) -> None:
        plan = self.plan
        self.use, self.resale, self.hall_resale = use, plan.left(use.months), plan.hall_left(use.months)
        self.sold = self.bought * self.resale + plan.hall * self.hall_resale

    def first(self) -> Month:
        """The day on which use begins: what was paid at the order has borne interest since."""
        plan = self.plan
        waited = (1 + plan.cost_of_capital) ** (plan.lead_months / 12) - 1
        own = (0.0 if plan.is_leased else plan.price * (1 - plan.loan_share)) + plan.hall
        waiting = own * plan.prepaid * waited
        return Month(0.0, operations=plan.setup, equipment=own + waiting, tax=-plan.tax_rate * plan.setup)

    def months(self, parts: Iterable[_Part]) -> Iterator[Month]:
        plan, use, loan, lease, shortest = self.plan, self.use, self.loan, self.lease, self.use.shortest
        for number, end, part, hours in parts:
            if number > 1 and number % 12 == 1:
                power, space, operations = (cost * (1 + rate) for cost, rate in zip(self.running, plan.yearly, strict=True))
                self.running = power, space, operations
            power, space, operations = self.running
            if part is not WHOLE:
                power, space, operations = power * part, space * part, operations * part
            is_last = number >= shortest and use.is_last(number)
            resale = 0.0 if is_last is False else -is_last * self.sold
            repaid, interest = (0.0, 0.0) if loan.is_none else loan.month(number, part, is_last)
            month = Month(
                end, hours, 0.0, power, space, operations, 0.0, resale, repaid + lease * part, 0.0
            )  # fmt: skip
            if self.is_taxed:
                loss = least(self.written_off * part, self.book)
                self.book = self.book - loss
                spent = month.power + month.space + month.operations + lease * part + interest + loss
                at_sale = self.book - self.bought * self.resale + plan.hall * (1 - self.hall_resale)
                month = month._replace(tax=-plan.tax_rate * (spent + is_last * at_sale))
            yield month

    def apart(self) -> _Owning:
        """The same, which goes on by itself."""
        course = _twin(self)
        if not self.loan.is_none:
            course.loan = _twin(self.loan)
        return course

    def ending(self, months: float) -> _Owning:
        """The same, of a plan that ends after so many months."""
        course = self.apart()
        course._sell(self.use._replace(months=months))
        return course


class _Loan:
    """What is owed, month by month."""

    def __init__(self, owned: Owned) -> None:
        self.is_none = owned.is_leased or _is_nothing(owned.loan_share)
        if self.is_none:
            return
        self.owed = owned.price * owned.loan_share
        self.rate, self.last = monthly(owned.loan_rate), max(1, round(owned.loan_months))
        kept = (1 + self.rate) ** -self.last
        if _is_nothing(self.rate):  # the principal alone
            self.payment = self.owed * (1 - owned.balloon) / self.last
        else:
            self.payment = self.owed * (1 - owned.balloon * kept) * self.rate / (1 - kept)

    def month(self, number: int, part: Number, is_last: Number) -> tuple[Number, Number]:
        """What is paid in a month, and which of it is interest; all that is owed at the end of the loan or of the use."""
        interest = self.owed * ((1 + self.rate) ** part - 1)
        due = self.owed + interest
        at_end = is_last if number < self.last else 1.0
        paid = least(self.payment * part, due) * (1 - at_end) + due * at_end
        self.owed = due - paid
        return paid, interest


def _months(plan: Hired | Owned) -> Iterator[Month]:
    course = plan.course()
    yield course.first()
    yield from course.months(plan.use.parts())


class Worth(NamedTuple):
    """What a list of months comes to at a yearly cost of capital: present values [USD], and the hours of use."""

    paid: Number
    hours: Number  # GPU-hours, each at its present value
    lines: dict[str, Number]
    total_hours: Number

    @property
    def per_hour(self) -> Number:
        return self.paid / self.hours


class _Sums:
    """Present values of the headings and of the hours of use, of the months so far."""

    def __init__(self, cost_of_capital: Number) -> None:
        self.discount = 1 / (1 + monthly(cost_of_capital))
        self.lines: list[Number] = [0.0] * len(LINES)
        self.hours: Number = 0.0
        self.total: Number = 0.0
        self.factor: Number = 1.0
        self.end: Number = 0.0

    def add(self, months: Iterable[Month]) -> _Sums:
        rows = [*months]
        paid = [(place - 2, place) for place, column in enumerate(zip(*rows, strict=True)) if place > 1 and _is_any(column)]
        lines, discount, factor, hours, total, before = self.lines, self.discount, self.factor, self.hours, self.total, self.end
        for row in rows:
            end, used = row[0], row[1]
            step = end - before
            before = end
            factor = factor * (discount if type(step) is float and step == 1 else discount**step)
            hours = hours + used * factor
            total = total + used
            for line, place in paid:
                amount = row[place]
                if type(amount) is not float or amount:  # most headings are paid in few months, and draws take long to add
                    lines[line] = lines[line] + amount * factor
        self.factor, self.hours, self.total, self.end = factor, hours, total, before
        return self

    def with_one_more(self, month: Month) -> _Sums:
        """What `add` makes of one month, apart from these sums and in a fifth of the time."""
        sums = _twin(self)
        end, hours, *amounts = month
        step = end - self.end
        factor = sums.factor = self.factor * (self.discount if step == 1 else self.discount**step)
        sums.end, sums.hours, sums.total = end, self.hours + hours * factor, self.total + hours
        sums.lines = [line + amount * factor for line, amount in zip(self.lines, amounts, strict=True)]
        return sums

    def worth(self) -> Worth:
        return Worth(sum(self.lines), self.hours, dict(zip(LINES, self.lines, strict=True)), self.total)


def worth(months: Iterable[Month], cost_of_capital: Number) -> Worth:
    """Present values of the headings and of the hours of use."""
    return _Sums(cost_of_capital).add(months).worth()


def worth_of(plan: Hired | Owned, cost_of_capital: Number) -> Worth:
    """What a plan comes to, which many trials and comparisons ask of the same one."""
    try:
        return _worth_of(plan, cost_of_capital)
    except TypeError:  # of draws, which can't be looked up
        return worth(plan.months(), cost_of_capital)


@lru_cache(256)
def _worth_of(plan: Hired | Owned, cost_of_capital: float) -> Worth:
    return worth(plan.months(), cost_of_capital)


class Until:
    """What a plan comes to if it ends after any number of months, of which each is worked out once.

    Not for a lease nor for what is paid in advance, of which every month depends on how many there are.
    """

    def __init__(self, plan: Hired | Owned, cost_of_capital: float) -> None:
        endless = plan.until(_ENDLESS)
        self.course, self.parts = endless.course(), endless.use.parts()
        self.sums = _Sums(cost_of_capital).add((self.course.first(),))
        self.kept: list[tuple[_Owning | _Renting, _Sums, float]] = []  # before each month, and the hours of the whole of it

    def worth(self, months: float) -> Worth:
        number = max(1, math.ceil(months - 1e-9))
        while len(self.kept) < number:
            row = next(self.parts)
            self.kept.append((self.course.apart(), self.sums, row[3]))
            self.sums = self.sums.with_one_more(*self.course.months((row,)))
        course, sums, hours = self.kept[number - 1]
        end, part = (float(number), WHOLE) if number <= months else (months, months - (number - 1))
        last = number, end, part, hours if number <= months else hours * part
        return sums.with_one_more(*course.ending(months).months((last,))).worth()


def after_credits(months: Iterable[Month], granted: Number) -> Iterator[Month]:
    """The same months, whose rents are paid by credits of so much [USD] until they are used up."""
    left = granted
    for month in months:
        left, month = paid_by_credits(left, month)
        yield month


def paid_by_credits(left: Number, month: Month, tax_rate: Number = 0.0) -> tuple[Number, Month]:
    """What is then left of the credits [USD], and the month, whose rent they pay as far as they go."""
    credit = least(left, month.rent)
    return left - credit, month._replace(rent=month.rent - credit, tax=month.tax + tax_rate * credit)


def merged(lists: Iterable[Iterable[Month]]) -> list[Month]:
    """The months of several fleets together, each beginning when it says: rows of one end are added."""
    rows: dict[float, list[Number]] = {}
    for months in lists:
        for month in months:
            row = rows.setdefault(month.end, [0.0] * (len(Month._fields) - 1))
            row[:] = [have + more for have, more in zip(row, month[1:], strict=True)]
    return [Month(end, *rows[end]) for end in sorted(rows)]


def later(months: Iterable[Month], by: float) -> list[Month]:
    """The same months, begun later."""
    return [month._replace(end=month.end + by) for month in months]


def saved(instead: Iterable[Month], of: Iterable[Month]) -> list[tuple[float, float]]:
    """Cash of one way to pay instead of another over the same months: the time [months] and the amount [USD] of each row."""
    return [(one.end, other.paid - one.paid) for one, other in zip(instead, of, strict=True)]


def present_value(flows: Iterable[tuple[float, float]], rate: float) -> float:
    """The present value [USD] of amounts at their times [months], at a yearly rate."""
    growth = math.log1p(rate) / 12
    return math.fsum([amount * math.exp(-growth * time) for time, amount in flows])


def rate_of_return(flows: Sequence[tuple[float, float]]) -> float | str:
    """The yearly rate at which the present value is 0, or why there is none.

    There is exactly one above -100% where the amounts change their sign once (Descartes), and exactly one above 0 where the sums so far
    do and end above 0 (Norstrom 1972). Anything else may have several, and none of them is given as the answer.
    """
    amounts = [amount for _, amount in flows if amount]
    sums = [math.fsum(amounts[: place + 1]) for place in range(len(amounts))]
    turns, sum_turns = _sign_changes(amounts), _sign_changes([total for total in sums if total])
    if not turns:
        return "none: every month is paid, nothing comes back" if not amounts or amounts[0] < 0 else "none: nothing is paid in advance"
    unique = turns == 1 or (sum_turns == 1 and sums[-1] > 0)
    if not unique:
        return f"none: the cash flows change their sign {turns} times, so that several rates may fit; use net_present_value"
    if turns == 1 and amounts[0] > 0:
        return "none: the saving comes first and the payments later, which is a loan, not an investment"
    low, high = -0.999999 if sums[-1] < 0 else 0.0, 0.0 if sums[-1] < 0 else 1e6
    if present_value(flows, low) < 0:
        return "none: nothing is paid back"
    for _ in range(200):
        middle = (low + high) / 2 if high < 1 else math.sqrt((1 + low) * (1 + high)) - 1
        low, high = (middle, high) if present_value(flows, middle) > 0 else (low, middle)
        if high - low <= 1e-13 * (1 + high):
            break
    return (low + high) / 2


def _sign_changes(amounts: Sequence[float]) -> int:
    return sum((one < 0) != (other < 0) for one, other in pairwise(amounts))


def paid_back(flows: Sequence[tuple[float, float]], rate: float) -> float | None:
    """The months after which the amounts so far, with interest at a yearly rate, come to nothing owed; None where that never happens."""
    owed, before, growth = 0.0, 0.0, math.log1p(rate) / 12
    for time, amount in flows:
        if time and owed < 0 <= owed * math.exp(growth * (time - before)) + amount:
            if growth * (time - before) < 1e-12:
                return before - (time - before) * owed / amount
            # The part of a month after which level payments, of which this is one, have repaid what is owed.
            return before - math.log1p(math.expm1(growth * (time - before)) * owed / amount) / growth
        owed, before = owed * math.exp(growth * (time - before)) + amount, time
        if not time and owed >= 0:
            return 0.0
    return None


def first_month(holds: Callable[[float], bool], last: float) -> float | None:
    """The months from which something holds, looked for at every third one and then by halving; None where it holds for none."""
    if holds(1e-6):
        return 0.0
    ends = [*(float(month) for month in range(3, math.ceil(last), 3)), last]
    place = next((place for place, end in enumerate(ends) if holds(end)), None)
    if place is None:
        return None
    low, high = ends[place - 1] if place else 0.0, ends[place]
    for _ in range(24):
        middle = (low + high) / 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high

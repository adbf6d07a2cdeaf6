"""What yield rules earn: the rate, the days and the balance of each stretch."""

from collections.abc import Callable, Iterable

from folio.book.balances import Balances
from folio.book.interest import DUE, UNDONE, Earnings, Payment, earnings_of
from folio.book.snapshot import snapshot
from folio.engine.interest import DAY, Earned, nominal_rate
from folio.errors import FolioError
from folio.model.dates import Period
from folio.model.explanation import Node, Source, defined, leaf, made, together, total, total_or_one
from folio.model.numbers import ZERO
from folio.model.yields import PAYMENTS_A_YEAR, Rule, Terms
from folio.reports.explain.amounts import in_report
from folio.reports.explain.ground import Ground
from folio.reports.explain.held.balances import balance
from folio.reports.paid.yields import within


class Interest:
    """What the holdings of a query earn by their rules.

    Raises:
        FolioError: where no rule is about what was asked for.
    """

    def __init__(self, ground: Ground, period: Period) -> None:
        self.ground = ground
        self.period = period
        query = ground.query
        book, day = ground.book, query.as_of
        self.earnings = list(earnings_of(book, query.holdings(book), day))
        if not self.earnings:
            raise FolioError("no yield rule is about that; see: folio yield list")

    # -- not paid yet --------------------------------------------------------------------

    def accrued(self) -> Node:
        """What accrued by the day and is not paid, in the currency of the report."""
        parts = [self._accrued(earnings) for earnings in self.earnings]
        return total_or_one("accrued interest", self.ground.unit, parts)

    def _accrued(self, earnings: Earnings) -> Node:
        ground, day = self.ground, self.ground.query.as_of
        owed = earnings.payments(day, only_due=True)
        told = _Told(ground, earnings, owed)
        parts = [told.expected(one) for one in owed]
        parts += [
            told.interest(f"{rule.name} until {day}, not due yet", found)
            for rule, found in earnings.runs(day)
            if found
        ]
        name = f"accrued interest of {ground.name(earnings.holding)}"
        units = total(name, told.unit, parts)
        node = in_report(ground, name, units, earnings.holding.asset_id, day)
        if not earnings.holding.included:
            return node._replace(counted=False, note="not in the totals")
        return node._replace(what=name)

    # -- by payment ----------------------------------------------------------------------

    def expected(self) -> Node:
        """What the payments of the period come to by the rules."""
        return self._payments("expected interest", _Told.expected)

    def booked(self) -> Node:
        """What was recorded of them."""
        return self._payments("booked interest", _Told.booked)

    def difference(self) -> Node:
        """What was booked beyond what is expected; what was undone is expected no more."""
        return self._payments("booked beyond what is expected", _Told.difference)

    def _payments(self, what: str, tell: "Callable[[_Told, Payment], Node]") -> Node:
        ground, sums = self.ground, []
        for earnings in self.earnings:
            payments = within(earnings, ground.query, self.period)
            if payments:
                told = _Told(ground, earnings, payments)
                name = f"{what} of {ground.name(earnings.holding)}"
                sums.append(total(name, told.unit, [tell(told, one) for one in payments]))
        if len(sums) == 1:
            return sums[0]
        if len({node.unit for node in sums}) == 1:
            return total(what, sums[0].unit, sums)
        return together(what, sums)


class _Told:
    """The payments of one holding, told from its balances."""

    def __init__(self, ground: Ground, earnings: Earnings, payments: list[Payment]) -> None:
        self.ground = ground
        self.earnings = earnings
        self.unit = ground.symbol(earnings.holding.asset_id)
        self.due = [one for one in payments if one.state == DUE]
        self._recorded = Balances(ground.book, earnings.holding)

    def expected(self, payment: Payment) -> Node:
        """One payment, rounded as it is booked."""
        _, parts = self.earnings.working(payment)
        places = self.earnings.asset.precision
        return self.interest(_name(payment), parts, places)

    def booked(self, payment: Payment) -> Node:
        """What of it was recorded, and where."""
        working, _ = self.earnings.working(payment)
        parts = [
            leaf(_name(payment), amount, self.unit, self.ground.transaction(number))
            for number, amount in working.recorded
        ]
        return total_or_one(_name(payment), self.unit, parts)

    def difference(self, payment: Payment) -> Node:
        if payment.state == UNDONE:
            return defined(_name(payment), 0, self.unit, "undone, and expected no more")
        parts = [self.booked(payment), self.expected(payment)]
        return made(_name(payment), self.unit, "difference", parts)

    def interest(self, what: str, parts: Iterable[Earned], places: int | None = None) -> Node:
        """Balance × rate × days over the days of a year, of each divisor divided once."""
        by_divisor: dict[int, list[Earned]] = {}
        for part in _joined(parts):
            by_divisor.setdefault(part.divisor, []).append(part)
        quotients = [self._over(divisor, found) for divisor, found in by_divisor.items()]
        if len(quotients) == 1:
            return _rounded(quotients[0]._replace(what=what), places)
        return _rounded(total(what, self.unit, quotients), places)

    def _over(self, divisor: int, parts: list[Earned]) -> Node:
        products = [self._product(part) for part in parts]
        whole = products[0]
        if len(products) > 1:
            whole = total("balance × rate × days", self.unit, products)
        count = parts[0].terms.day_count
        year = defined(f"days a year, {count}", divisor, "days")
        if divisor != parts[0].basis:
            year = year._replace(what=f"days a year, {count}, × old units of splits since")
        return made(f"over {divisor} days", self.unit, "quotient", [whole, year])

    def _product(self, part: Earned) -> Node:
        days = defined(f"days, {part.terms.day_count}", part.days, "days")
        factors = [self._balance(part), self._rate(part.terms), days]
        if part.split[0] != 1:
            factors.append(defined("new units of splits since", part.split[0]))
        return made(f"{part.first} to {part.last}", self.unit, "product", factors)

    def _rate(self, terms: Terms) -> Node:
        """The rate a year, as the rule says it; of an effective one the nominal."""
        rule = self._rule_of(terms)
        said = leaf(
            "rate a year", terms.rate_per_year or ZERO, "ratio", self._source(rule, terms),
            terms.rate_type,
        )  # fmt: skip
        if terms.rate_type == "nominal":
            return said
        payments = PAYMENTS_A_YEAR[terms.frequency]
        parts = [said, defined("payments a year", payments)]
        rate = nominal_rate(terms)
        return Node("nominal rate a year", rate, "ratio", "nominal", tuple(parts))

    def _rule_of(self, terms: Terms) -> Rule:
        sheets = self.earnings.sheets
        return next(sheet.rule for sheet in sheets if terms in sheet.terms)

    def _source(self, rule: Rule, terms: Terms) -> Source:
        commit = max(number for number, one in rule.said if one == terms)
        return Source("rule", None, terms.from_day, commit, rule.name)

    def _balance(self, part: Earned) -> Node:
        """The balance of a stretch: what was held, and what is due and not booked yet."""
        held = self._held(part)
        lacking = part.balance - (held.figure or ZERO)
        if not lacking:
            return held
        what = f"balance on {part.first}, with what is due"
        paid = [one for one in self.due if one.due < part.first and self.earnings.stays(one.due)]
        earlier = [self._due(one) for one in paid]
        over = lacking - sum((node.figure or ZERO for node in earlier), ZERO)
        if over:
            note = "what these payments, or this one, change of it"
            earlier.append(defined("observed later", over, self.unit, note))
        return total(what, self.unit, [held, *earlier])

    def _due(self, payment: Payment) -> Node:
        """A payment that is due, told once where it is itself a part."""
        return defined(_name(payment), payment.expected, self.unit, "due, told of its own")

    def _held(self, part: Earned) -> Node:
        """The balance on the first day of a stretch, as the book has it."""
        ground, holding, day = self.ground, self.earnings.holding, part.first
        units = sum((b for *_, b in self._recorded.stretches(day, day)), ZERO)
        what = f"balance on {day}"
        filters = ground.query.filters._replace(
            account=(ground.book.catalog.accounts[holding.account_id].key,), asset=(self.unit,),
            institution=(), type=(), group=(),
        )  # fmt: skip
        on = ground.again(ground.query._replace(as_of=day, filters=filters, exact=False))
        if len(on.query.holdings(ground.book)) > 1 or not units:
            return self._inline(on, what)
        options = on.again(on.query._replace(filters=filters._replace(asset=())))
        words = ("balance", self.unit)
        return options.asked_for(what, units, self.unit, *words, day=day, as_of=day)

    def _inline(self, on: Ground, what: str) -> Node:
        """The balance of a pot that shares its account and asset with others, told at once."""
        for held in snapshot(on.book, on.query.as_of, [self.earnings.holding]):
            return balance(on, held)._replace(what=what)
        return defined(what, 0, self.unit, "nothing was held")


def _name(payment: Payment) -> str:
    since = f"{payment.first} to {payment.due}" if payment.first else f"of {payment.due}"
    return f"{payment.rule.name} {since}, {_STATES.get(payment.state, payment.state)}"


_STATES = {DUE: "due and not booked"}


def _joined(parts: Iterable[Earned]) -> list[Earned]:
    """Stretches that differ in nothing but their days, as one."""
    found: list[Earned] = []
    for part in parts:
        last = found[-1] if found else None
        if (
            last is not None
            and last.last + DAY == part.first
            and part == last._replace(first=part.first, last=part.last, days=part.days)
        ):
            found[-1] = last._replace(last=part.last, days=last.days + part.days)
        else:
            found.append(part)
    return found


def _rounded(node: Node, places: int | None) -> Node:
    """The node, rounded where a payment is."""
    if places is None or node.figure is None:
        return node
    return made(node.what, node.unit, node.operation, node.children, rounded_to=places)

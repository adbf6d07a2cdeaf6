"""The one fold: from postings to quantities, open lots and disposals.

The state of an asset's holdings is a pure fold over their events in walk order, together
with those of the assets that corporate actions join to it.  A
write folds on from the stored state, a back-dated write and ``rebuild`` fold again,
a question about the past folds in memory: one function, so they cannot disagree.

What an event does to lots depends on its kind and on its sign (``EFFECTS``):

- *open*: new units at what they cost, fees included.  A currency costs itself, unless
  the source says what was paid for it.
- *open at market*: a receipt that nobody paid for; its cost is the market value of
  the day, graded estimated, or unknown where there is no price.
- *dispose*: the method's lots go, for the proceeds.
- *close*: what was sold short ends; beyond that nobody knows what came in.
- *remove*: the method's lots go at cost, and nothing is realised.
- *depart*, *arrive*: lots move with cost and date (:mod:`folio.engine.transit`).
- *apportion*, *exchange*, *come over*, *reduce*: what corporate actions do
  (:mod:`folio.engine.corporate_actions`).
- *deliver*: an option ends, and what it cost or fetched goes with its shares
  (:mod:`folio.engine.exercise`).
- *adjust*: lots grow or shrink at average cost, graded partial.
- *grow*, *shrink*: units that came or went of themselves (:mod:`folio.engine.growth`).

More units out than there are leave a lot below zero.  For a currency that is a debt
with a known value, and giving it back realises the difference between the days' rates.
So it is for units that a sale says are sold short: they owe what they fetched, and what gives
them back realises that less its own cost.  For anything else the uncovered part realises nothing
and grades the figures partial.
"""

from collections.abc import Callable, Iterable, Iterator
from importlib import import_module

from folio.engine import transit
from folio.engine.effects import Effects
from folio.engine.lots import rescale, split_held
from folio.engine.terms import EFFECTS, IN, OUT
from folio.model.gaps import GROWTH
from folio.model.ledger import Event, State, Step, last_day
from folio.model.numbers import ZERO

# Is told a day, that of the next event (empty: there is none), how many events there were so far,
# and the states of the time between.
Told = Callable[[str, str, int, dict[int, State]], None]


class Fold(Effects):
    """Folds the events of a family of assets onto the states of their holdings."""

    def by_day(self, events: Iterable[Event], evening: Told) -> Iterator[Event]:
        """The same events; ``evening`` is told each day's states.

        It is not where something has left one holding and not reached another.
        """
        day = last_day(self.states)
        for event in events:
            if event.key[0] != day:
                if day and not self.under_way:
                    evening(day, event.key[0], self.events, self.states)
                day = event.key[0]
            yield event
        if day and not self.under_way:
            evening(day, "", self.events, self.states)

    def walk(self, events: Iterable[Event]) -> Iterator[Step]:
        """Apply each event; yields it with its holding's new state and what went away.

        ``events`` come in walk order.
        """
        known: dict[int, tuple[int, bool]] = {}
        for event in events:
            holding, key, quantity = event.holding_id, event.key, event.quantity
            state = self.states.get(holding)
            if not quantity and event.needs_lots and (state is None or not state.lots):
                continue  # nothing is held, so there is nothing to split or to apportion
            if state is None:
                state = self.states[holding] = State()
            if holding not in known:
                known[holding] = self.terms.asset_of(holding)
            self.slices = []
            self.consulted = False
            self.asset_id, self.is_currency = known[holding]
            if event.ratio is not None:
                state.quantity = rescale(state.lots, *event.ratio)
                state.held = split_held(state.held, *event.ratio)
            else:
                if quantity or event.on_lots_alone:
                    state.quantity += quantity
                    _ACTS[event.kind][IN if quantity > ZERO else OUT](self, event, state)
                if event.kind != GROWTH:  # which is no transaction
                    state.first_day = state.first_day or key[0]
                    state.last_day = key[0]
                    state.events += 1
                    self.events += 1
            state.last_key = key
            if self.consulted:
                state.consults_prices = True
            yield event, state, self.slices


Act = Callable[[Effects, Event, State], None]


def _seldom(module: str, name: str) -> Act:
    """An act of a module of the engine that is not loaded before it is done."""

    def act(effects: Effects, event: Event, state: State) -> None:
        getattr(import_module(f"folio.engine.{module}"), name)(effects, event, state)

    return act


_APPLY: dict[str, Act] = {
    "open": Effects.open,
    "open at market": Effects.open_at_market,
    "close": Effects.close,
    "dispose": Effects.dispose,
    "remove": Effects.remove,
    "depart": transit.depart,
    "arrive": transit.arrive,
    "adjust": Effects.adjust,
    "apportion": _seldom("corporate_actions", "apportion"),
    "exchange": _seldom("corporate_actions", "exchange"),
    "come over": _seldom("corporate_actions", "come_over"),
    "reduce": _seldom("corporate_actions", "reduce"),
    "deliver": _seldom("exercise", "deliver"),
    "grow": _seldom("growth", "grow"),
    "shrink": _seldom("growth", "shrink"),
}
_ACTS = {kind: (_APPLY[coming], _APPLY[going]) for kind, (coming, going) in EFFECTS.items()}

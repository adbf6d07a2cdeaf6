"""Rates of return: time-weighted, money-weighted, Modified Dietz, and their risk.

``twr`` chains days and ``currency`` says which part of them exchange rates made; ``xirr``
and ``dietz`` weigh each amount by how long it was in; ``risk`` looks at the index that
the chain makes.  All are ratios: 0.05 is 5 %.  A rate that cannot be told is None.

A flow is what came in from outside (negative: went out): deposits, withdrawals, openings,
corrections and whatever else nobody can explain.  Income and costs are return.
"""

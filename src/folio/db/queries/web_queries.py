"""Questions that a browser offers by name, in SQL on the views that keep their columns.

Sums are exact (``add_decimals``); values of days are those of the rollup.
"""

from typing import NamedTuple


class NamedQuery(NamedTuple):
    """A SELECT with a name; what it leaves open, such as ``:asset``, the browser asks for."""

    title: str
    description: str
    sql: str


QUERIES = {
    "holdings": NamedQuery(
        "What is held",
        "Every holding with its worth at the last rollup, the greatest first; blank where "
        "something changed since.",
        """SELECT institution, account, asset, label, name, quantity, value, cost_basis,
       unrealised_gain, currency, as_of FROM v1_holdings
WHERE quantity <> '0' OR unexplained <> '0' ORDER BY value COLLATE decimal DESC""",
    ),
    "without_price": NamedQuery(
        "What has no price",
        "Holdings of which units are left, and that have no value.",
        """SELECT institution, account, asset, name, type, quantity FROM v1_holdings
WHERE value IS NULL AND as_of IS NOT NULL AND quantity <> '0'
ORDER BY institution, account, asset""",
    ),
    "value_by_month": NamedQuery(
        "Value by month",
        "The whole book on the last day of each month, with what flowed in and what was earned; "
        "days changed since the last rollup are left out.",
        """SELECT max(date) AS date, value, cost_basis, unrealised_gain, realised_gain,
       CASE WHEN count(flow) = count(*) THEN decimal_sum(flow) END AS flow,
       CASE WHEN count(income) = count(*) THEN decimal_sum(income) END AS income, currency
FROM v1_daily WHERE scope = 'portfolio' GROUP BY substr(date, 1, 7) ORDER BY date DESC""",
    ),
    "income_by_year": NamedQuery(
        "Income by year",
        "Dividends, interest and rewards as paid, each in what it was paid in, tax apart.",
        """SELECT substr(date, 1, 4) AS year, kind, asset,
       decimal_sum(CASE WHEN role <> 'tax' THEN quantity END) AS gross,
       decimal_sum(CASE WHEN role = 'tax' THEN quantity END) AS tax, count(*) AS postings
FROM v1_postings WHERE in_force AND role IN ('asset', 'cash', 'tax')
AND kind IN ('dividend', 'interest', 'coupon', 'reward', 'airdrop', 'stock_dividend')
GROUP BY 1, 2, 3 ORDER BY 1 DESC, 2, 3""",
    ),
    "fees_by_year": NamedQuery(
        "Fees by year",
        "What was paid in fees, by account and currency.",
        """SELECT substr(date, 1, 4) AS year, institution, account, asset,
       decimal_sum(quantity) AS fees, count(*) AS postings
FROM v1_postings WHERE in_force AND role = 'fee' GROUP BY 1, 2, 3, 4 ORDER BY 1 DESC, 2, 3""",
    ),
    "disposals_by_year": NamedQuery(
        "Disposals by year",
        "What sales fetched and what had been paid, by asset and currency.",
        """SELECT substr(disposed_on, 1, 4) AS year, asset, decimal_sum(quantity) AS quantity,
       decimal_sum(proceeds) AS proceeds, proceeds_currency, decimal_sum(cost) AS cost,
       cost_currency, sum(cost IS NULL) AS without_cost
FROM v1_disposals WHERE realises GROUP BY 1, 2, 5, 7 ORDER BY 1 DESC, 2""",
    ),
    "transactions_of": NamedQuery(
        "Transactions of an asset",
        "Every transaction in force that moved it.",
        """SELECT p.date, p.transaction_id, p.kind, p.institution, p.account, p.role, p.quantity,
       p.price, p.price_currency, t.source, t.note
FROM v1_postings p JOIN v1_transactions t ON t.id = p.transaction_id
WHERE p.in_force AND p.asset = :asset ORDER BY p.date, p.transaction_id, p.line""",
    ),
    "lines_of": NamedQuery(
        "Lines of a transaction",
        "The rows of statements that state a transaction, as they stood in the file.",
        """SELECT s.file, r.line, r.text, r.status, r.reason
FROM v1_statement_rows r JOIN v1_statements s ON s.id = r.statement_id
WHERE r.transaction_id = :transaction_id ORDER BY s.id, r.line""",
    ),
    "oldest_lots": NamedQuery(
        "Oldest lots",
        "Open lots by the day from which they are held.",
        """SELECT acquired_on, institution, account, asset, label, quantity, cost, cost_currency,
       grade
FROM v1_lots ORDER BY acquired_on, institution, account, asset""",
    ),
}
# What can be put in order by its text: days, names and numbers, but no exact decimals.
SORTABLE = frozenset(
    "id date at kind institution account asset name type label lot acquired_on disposed_on "
    "transaction_id line grade vault target_day recorded_at imported_at as_of first_day last_day "
    "symbol market scope status source group key from_day".split()
)

"""Which postings ``p`` are in the walk, and where.

A posting says what the walk asks of its transaction.  A holding's postings lie together, and their
transactions do not: to look up each took twice the time of reading the postings themselves.
"""

from folio.db.values import LATEST

COUNTS = f"""
    p.kind <> 'reversal'
    AND (:known_at = {LATEST}
         OR (SELECT commit_id FROM transactions WHERE id = p.transaction_id) <= :known_at)
    AND NOT EXISTS (SELECT 1 FROM transactions r
                    WHERE r.reverses = p.transaction_id AND r.commit_id <= :known_at)
"""
WALKS_AT = "ifnull(p.first_id, p.transaction_id)"  # a later revision keeps that of the first

-- The schema of a folio book.
--
-- Part 1 holds FACTS: what somebody said, and when.  Each row belongs to a commit and is
-- recorded once; triggers abort UPDATE and DELETE.  The newest row of a key is in force, and a
-- row whose value is NULL takes the key's value back.  Only names and notes, on which no figure
-- depends, are updated in place.
--
-- Part 2 holds DERIVED tables: `folio rebuild` empties them and computes them again.
--
-- Decimals are canonical TEXT: no exponent, plus sign, leading or trailing zeros, or "-0".
-- Days are TEXT, YYYY-MM-DD, in the book's time zone.  Instants are TEXT, UTC, with microseconds
-- and a final Z.  A row's `hash` is the first 8 bytes of the SHA-256 of it as JSON
-- (folio.db.recording.commits says how): it names a row that was changed.  The rows' whole hashes
-- and the commit before make the commit's own, so that commits form a chain.

-------------------------------------------------------------------------------------------------
-- Part 1: FACTS
-------------------------------------------------------------------------------------------------

-- One database transaction that recorded facts: the audit log and the chain in one.
CREATE TABLE commits (
    id           INTEGER PRIMARY KEY,            -- 1, 2, 3 … without a gap
    recorded_at  TEXT NOT NULL UNIQUE,           -- the clock, or a microsecond after the commit before
    command      TEXT NOT NULL,                  -- what was asked for, as typed
    user         TEXT NOT NULL,                  -- the host's user who asked
    hash         BLOB NOT NULL CHECK (length(hash) = 32)  -- over this row, its facts and the hash before
) STRICT;

-- Dated settings of the book, or of one account, asset or holding: lot methods, flags, status,
-- staleness, cash tracking.  In force on a day: the newest row of the latest from_day on or before.
CREATE TABLE settings (
    id         INTEGER PRIMARY KEY,
    commit_id  INTEGER NOT NULL REFERENCES commits (id),
    scope      TEXT NOT NULL CHECK (scope IN ('book', 'institution', 'account', 'asset', 'holding')),
    scope_id   INTEGER NOT NULL,                 -- 0 for the book
    key        TEXT NOT NULL,                    -- 'base_currency', 'time_zone', 'lot_method', 'hidden' …
    value      TEXT,                             -- NULL: back to the default
    from_day   TEXT,                             -- applies from this day on; NULL: always
    hash       BLOB NOT NULL
) STRICT;
CREATE INDEX settings_by_key ON settings (scope, scope_id, key);

CREATE TABLE institutions (
    id         INTEGER PRIMARY KEY,
    commit_id  INTEGER NOT NULL REFERENCES commits (id),
    name       TEXT NOT NULL COLLATE NOCASE UNIQUE,   -- updatable: no figure depends on it
    type       TEXT NOT NULL CHECK (type IN ('bank', 'broker', 'crypto-exchange', 'crypto-wallet',
               'investment-fund', 'private-equity', 'real-estate', 'other')),
    note       TEXT NOT NULL DEFAULT '',              -- updatable
    hash       BLOB NOT NULL
) STRICT;

CREATE TABLE accounts (
    id              INTEGER PRIMARY KEY,
    commit_id       INTEGER NOT NULL REFERENCES commits (id),
    institution_id  INTEGER NOT NULL REFERENCES institutions (id),
    name            TEXT NOT NULL COLLATE NOCASE,     -- updatable
    type            TEXT NOT NULL CHECK (type IN ('checking', 'savings', 'brokerage', 'retirement',
                    'wallet', 'exchange', 'credit-card', 'loan', 'property', 'other')),
    currency_id     INTEGER REFERENCES assets (id),   -- what a price without a currency means here
    note            TEXT NOT NULL DEFAULT '',         -- updatable
    hash            BLOB NOT NULL,
    UNIQUE (institution_id, name)
) STRICT;

CREATE TABLE assets (
    id         INTEGER PRIMARY KEY,
    commit_id  INTEGER NOT NULL REFERENCES commits (id),
    symbol     TEXT NOT NULL CHECK (symbol <> ''),
    type       TEXT NOT NULL CHECK (type IN ('currency', 'crypto', 'stock', 'etf', 'fund', 'bond',
               'deposit', 'commodity', 'real-estate', 'private-company', 'other')),
    market     TEXT NOT NULL DEFAULT '',              -- ISO 10383 code or a source's word; '': not said
    isin       TEXT CHECK (isin IS NULL OR length(isin) = 12),
    precision  INTEGER NOT NULL CHECK (precision BETWEEN 0 AND 18),  -- decimal places shown, and
                                                      -- to which money in this asset is rounded
    name       TEXT NOT NULL DEFAULT '',              -- updatable
    note       TEXT NOT NULL DEFAULT '',              -- updatable
    hash       BLOB NOT NULL,
    UNIQUE (symbol, type, market)
) STRICT;
CREATE UNIQUE INDEX assets_by_isin ON assets (isin) WHERE isin IS NOT NULL;

-- Two assets found to be one: read through, never rewritten.
CREATE TABLE asset_aliases (
    id         INTEGER PRIMARY KEY,
    commit_id  INTEGER NOT NULL REFERENCES commits (id),
    asset_id   INTEGER NOT NULL REFERENCES assets (id),
    alias_of   INTEGER REFERENCES assets (id),        -- NULL: no longer merged
    hash       BLOB NOT NULL,
    CHECK (asset_id <> alias_of)
) STRICT;
CREATE INDEX asset_aliases_by_asset ON asset_aliases (asset_id);

-- What an account holds of an asset; labels make named pots.
CREATE TABLE holdings (
    id          INTEGER PRIMARY KEY,
    commit_id   INTEGER NOT NULL REFERENCES commits (id),
    account_id  INTEGER NOT NULL REFERENCES accounts (id),
    asset_id    INTEGER NOT NULL REFERENCES assets (id),
    label       TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    note        TEXT NOT NULL DEFAULT '',             -- updatable
    hash        BLOB NOT NULL,
    UNIQUE (account_id, asset_id, label)
) STRICT;
CREATE INDEX holdings_by_asset ON holdings (asset_id);

-- Where rows come from: a person, a batch, a statement profile, a price service.
CREATE TABLE sources (
    id              INTEGER PRIMARY KEY,
    commit_id       INTEGER NOT NULL REFERENCES commits (id),
    name            TEXT NOT NULL UNIQUE,
    split_adjusted  INTEGER NOT NULL DEFAULT 0 CHECK (split_adjusted IN (0, 1)),  -- its price
                                                      -- history is restated after each split
    hash            BLOB NOT NULL
) STRICT;

-- A statement file that was imported.
CREATE TABLE statements (
    id           INTEGER PRIMARY KEY,
    commit_id    INTEGER NOT NULL REFERENCES commits (id),
    file_name    TEXT NOT NULL,                       -- without its folder
    file_sha256  TEXT NOT NULL CHECK (length(file_sha256) = 64),
    file_bytes   INTEGER NOT NULL,
    source_id    INTEGER NOT NULL REFERENCES sources (id),
    profile      TEXT NOT NULL,                       -- the profile that read it
    account_id   INTEGER REFERENCES accounts (id),    -- NULL: the rows name their own
    rows_read    INTEGER NOT NULL,                    -- below the header; = the sum of the next six
    recorded     INTEGER NOT NULL,                    -- rows that stated something new
    already      INTEGER NOT NULL,                    -- rows that were there already
    conflicts    INTEGER NOT NULL,                    -- same id, other content: not recorded
    held         INTEGER NOT NULL,                    -- probably there already
    skipped      INTEGER NOT NULL,                    -- rows that move nothing
    rejected     INTEGER NOT NULL,                    -- rows that could not be read
    rows_sha256  TEXT NOT NULL CHECK (length(rows_sha256) = 64),  -- over its rows below
    reading      TEXT,                                -- where each row stands for itself: a digest
                                                      -- of how they were read, and the lines of
                                                      -- which something was said; such a row is
                                                      -- known again by its text
                                                      -- or, of pockets that make up a holding:
                                                      -- [holding, name, first day, balance before,
                                                      -- last day, balance at its end], each
    hash         BLOB NOT NULL
) STRICT;
CREATE INDEX statements_by_file ON statements (file_sha256);

-- The rows of a statement as they stood in the file; the statement proves them together.
CREATE TABLE statement_rows (
    statement_id  INTEGER NOT NULL REFERENCES statements (id),
    line          INTEGER NOT NULL,                   -- of the file, from 1
    text          TEXT NOT NULL,                      -- without the line end
    status        TEXT NOT NULL CHECK (status = 'recorded' OR status = 'already' OR
                  status = 'skipped' OR status = 'conflict' OR status = 'rejected' OR
                  status = 'held'),                   -- held: probably there; an answer decides
    reason        TEXT,                               -- why it was not recorded
    PRIMARY KEY (statement_id, line)
) STRICT, WITHOUT ROWID;

-- The kinds of transaction, with what they mean.
CREATE TABLE kinds (
    kind     TEXT PRIMARY KEY,
    meaning  TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO kinds (kind, meaning) VALUES
    ('buy',               'an asset came in for cash'),
    ('sell',              'an asset went out for cash'),
    ('swap',              'one asset went out for another'),
    ('deposit',           'came in from outside the book'),
    ('withdraw',          'left the book'),
    ('transfer',          'moved between two accounts of the book'),
    ('transfer_in',       'one leg of a transfer, until it is linked'),
    ('transfer_out',      'one leg of a transfer, until it is linked'),
    ('dividend',          'a distribution of a share or fund'),
    ('interest',          'interest received, or paid where negative'),
    ('coupon',            'interest of a bond'),
    ('reward',            'staking, cashback, a gift of the institution'),
    ('airdrop',           'units received for nothing'),
    ('stock_dividend',    'a distribution in units'),
    ('fee',               'a cost that belongs to no trade, or its rebate'),
    ('tax',               'a tax, or its refund'),
    ('split',             'a ratio on every holding of the asset'),
    ('spin_off',          'units of a new company for units of its parent'),
    ('merger',            'units exchanged for another company''s, or for cash'),
    ('return_of_capital', 'a payment out of the cost'),
    ('symbol_change',     'the same units under another name'),
    ('delisting',         'the units are worth nothing'),
    ('exercise',          'an option ended in a trade of its shares'),
    ('opening',           'held before the ledger starts'),
    ('correction',        'the quantity was wrong'),
    ('reversal',          'undoes another transaction'),
    ('unknown',           'moved, for a reason that nobody knows');

-- One event.  What it did to holdings are its postings.
CREATE TABLE transactions (
    id                INTEGER PRIMARY KEY,            -- the ledger's own sequence
    commit_id         INTEGER NOT NULL REFERENCES commits (id),
    kind              TEXT NOT NULL REFERENCES kinds (kind),
    occurred_on       TEXT NOT NULL CHECK (occurred_on GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'),
    occurred_at       TEXT,                           -- where the source gives an instant
    account_id        INTEGER REFERENCES accounts (id),  -- NULL: an event of an asset
    source_id         INTEGER NOT NULL REFERENCES sources (id),
    external_id       TEXT NOT NULL CHECK (external_id <> ''),  -- of the source, or made from the row
    revision          INTEGER NOT NULL CHECK (revision > 0),    -- 2 and more after a reversal
    content           BLOB NOT NULL,                  -- 8 bytes of the SHA-256 of what was stated:
                                                      -- same id and same content is the same row
    related_asset_id  INTEGER REFERENCES assets (id),    -- who paid the dividend
    reverses          INTEGER REFERENCES transactions (id),  -- the transaction this one undoes
    note              TEXT,
    hash              BLOB NOT NULL,                  -- over this row and all that is its own
    CHECK ((kind = 'reversal') = (reverses IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX transactions_by_external_id
    ON transactions (ifnull(account_id, 0), source_id, external_id, revision);
CREATE UNIQUE INDEX transactions_by_reversed ON transactions (reverses) WHERE reverses IS NOT NULL;
CREATE INDEX transactions_by_day ON transactions (occurred_on);
CREATE INDEX transfer_legs ON transactions (occurred_on)
    WHERE kind = 'transfer_in' OR kind = 'transfer_out';  -- a few among many
CREATE INDEX transactions_by_payer ON transactions (related_asset_id)
    WHERE related_asset_id IS NOT NULL;

-- What a transaction did to a holding.  A holding's postings lie together, in the order of days.
CREATE TABLE postings (
    holding_id         INTEGER NOT NULL REFERENCES holdings (id),
    occurred_on        TEXT NOT NULL,                 -- its transaction's
    transaction_id     INTEGER NOT NULL REFERENCES transactions (id),
    line               INTEGER NOT NULL,              -- within the transaction, from 1
    kind               TEXT NOT NULL,                 -- its transaction's, as the three below: they
                                                      -- are read where a holding's postings are
    occurred_at        TEXT,
    related_asset_id   INTEGER,
    first_id           INTEGER,                       -- of a later revision: the first one
    role               TEXT NOT NULL CHECK (role = 'asset' OR role = 'cash' OR role = 'fee' OR
                       role = 'tax' OR role = 'external'),
    quantity           TEXT NOT NULL CHECK (quantity <> '0' AND quantity GLOB '*[0-9]'
                       AND quantity NOT GLOB '*[^-0-9.]*' AND quantity NOT GLOB '?*-*'),
                                                      -- signed; into the holding is positive
    price              TEXT,                          -- per unit, exactly as quoted
    price_currency_id  INTEGER REFERENCES assets (id),
    amount             TEXT,                          -- of an asset's posting: what the units cost
                                                      -- (fees included) or fetched (fees excluded)
    amount_currency_id INTEGER REFERENCES assets (id),
    mixed              INTEGER,                       -- 1: the transaction has fees or taxes in
                                                      -- something else, which `amount` leaves out
    acquired_on        TEXT,                          -- stated, where acquired before this day
    across             INTEGER CHECK (across BETWEEN 1 AND 3),  -- where a transaction is of several
                                                      -- accounts: 1 this part is in another one
                                                      -- than what it is about, 2 and at another
                                                      -- institution; 3 this is what it is about
    PRIMARY KEY (holding_id, occurred_on, transaction_id, line),
    CHECK ((price IS NULL) = (price_currency_id IS NULL)),
    CHECK ((amount IS NULL) = (amount_currency_id IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX postings_by_transaction ON postings (transaction_id);
CREATE INDEX paid_elsewhere ON postings (related_asset_id, occurred_on)
    WHERE across IS NOT NULL AND related_asset_id IS NOT NULL;  -- mostly none

-- Which lines of which statements state a transaction: a line after another mostly states a
-- transaction after another, so a row is a run of them.
CREATE TABLE provenance (
    transaction_id  INTEGER NOT NULL REFERENCES transactions (id),  -- that the run begins with
    statement_id    INTEGER NOT NULL,
    line            INTEGER NOT NULL,                 -- that states it
    lines           INTEGER NOT NULL CHECK (lines BETWEEN 1 AND 64),  -- of the run, this one
                                                      -- included: a run that has a line or a
                                                      -- transaction begins at most 63 before it
    PRIMARY KEY (transaction_id, statement_id, line),
    FOREIGN KEY (statement_id, line) REFERENCES statement_rows (statement_id, line)
) STRICT, WITHOUT ROWID;
CREATE INDEX provenance_by_line ON provenance (statement_id, line);

-- What a corporate action does to an asset, beside the postings of its transaction.
CREATE TABLE corporate_actions (
    transaction_id  INTEGER PRIMARY KEY REFERENCES transactions (id),
    asset_id        INTEGER NOT NULL REFERENCES assets (id),
    new_units       INTEGER CHECK (new_units > 0),    -- a split: so many new units …
    old_units       INTEGER CHECK (old_units > 0),    -- … for so many old ones
    cost_share      TEXT,                             -- a spin-off or merger: the share of the cost
                                                      -- that goes with the new units
    to_asset_id     INTEGER REFERENCES assets (id),   -- a spin-off, merger or symbol change: into what;
                                                      -- the exercise of an option: its shares
    CHECK ((new_units IS NULL) = (old_units IS NULL))
) STRICT;
CREATE INDEX corporate_actions_by_asset ON corporate_actions (asset_id);

-- The lots that a disposal names, instead of those the method would choose; itself: what is not
-- there is sold short.
CREATE TABLE lot_choices (
    transaction_id  INTEGER NOT NULL REFERENCES transactions (id),
    holding_id      INTEGER NOT NULL REFERENCES holdings (id),
    lot_id          INTEGER NOT NULL REFERENCES transactions (id),  -- that opened the lot
    quantity        TEXT,                             -- NULL: all that goes out
    PRIMARY KEY (transaction_id, holding_id, lot_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX lot_choices_by_holding ON lot_choices (holding_id);

-- A departure and an arrival that are one transfer, or what became of one of them alone.
CREATE TABLE transfer_links (
    id            INTEGER PRIMARY KEY,
    commit_id     INTEGER NOT NULL REFERENCES commits (id),
    departure_id  INTEGER REFERENCES transactions (id),  -- NULL: an arrival alone
    arrival_id    INTEGER REFERENCES transactions (id),  -- NULL: a departure alone
    answer        TEXT CHECK (answer IN ('paired', 'internal', 'left-control', 'untracked')),
                                                      -- NULL: taken back
    hash          BLOB NOT NULL,
    CHECK (departure_id IS NOT NULL OR arrival_id IS NOT NULL)
) STRICT;
CREATE INDEX transfer_links_by_departure ON transfer_links (departure_id);
CREATE INDEX transfer_links_by_arrival ON transfer_links (arrival_id);

-- On this day this holding's balance was so much, according to this source.
CREATE TABLE observations (
    id            INTEGER PRIMARY KEY,
    commit_id     INTEGER NOT NULL REFERENCES commits (id),
    holding_id    INTEGER NOT NULL REFERENCES holdings (id),
    day           TEXT NOT NULL,                      -- at its end
    source        TEXT NOT NULL CHECK (source IN ('statement-close', 'sync', 'user-entered',
                  'screenshot', 'manual-correction')),
    balance       TEXT,                               -- NULL: taken back
    statement_id  INTEGER,
    line          INTEGER,
    note          TEXT,
    hash          BLOB NOT NULL,
    FOREIGN KEY (statement_id, line) REFERENCES statement_rows (statement_id, line)
) STRICT;
CREATE INDEX observations_by_holding ON observations (holding_id, day);

-- What the user said of a gap between an observation and the ledger.  A row without an answer takes
-- back that of the same days and transaction; one whose transaction is undone is not in force.
CREATE TABLE gap_answers (
    id              INTEGER PRIMARY KEY,
    commit_id       INTEGER NOT NULL REFERENCES commits (id),
    holding_id      INTEGER NOT NULL REFERENCES holdings (id),
    from_day        TEXT,                             -- exclusive; NULL: before all evidence
    to_day          TEXT NOT NULL,                    -- inclusive: the observation's day
    answer          TEXT CHECK (answer IN ('flow', 'correction', 'growth', 'opening', 'unknown')),
    transaction_id  INTEGER REFERENCES transactions (id),  -- that the answer recorded
    hash            BLOB NOT NULL
) STRICT;
CREATE INDEX gap_answers_by_holding ON gap_answers (holding_id, to_day);

-- What one unit of an asset was worth.  A correction is a newer row of the same key.
CREATE TABLE prices (
    asset_id     INTEGER NOT NULL REFERENCES assets (id),
    quote_id     INTEGER NOT NULL REFERENCES assets (id),  -- in what the price is stated
    day          TEXT NOT NULL CHECK (day GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'),
    granularity  INTEGER NOT NULL CHECK (granularity BETWEEN 0 AND 2),  -- 2 daily close,
                                                      -- 1 intraday, 0 trade: the best is largest
    instant      TEXT NOT NULL DEFAULT '',            -- intraday and trade; '' for a day's close
    commit_id    INTEGER NOT NULL REFERENCES commits (id),
    source_id    INTEGER NOT NULL REFERENCES sources (id),
    price        TEXT CHECK (price NOT GLOB '*[^0-9.]*' AND price GLOB '*[0-9]'),
                                                      -- NULL: taken back
    open         TEXT,                                -- of the day, in the quote, like the price
    high         TEXT,
    low          TEXT,
    volume       TEXT,                                -- in units of the asset
    reason       TEXT,                                -- why a price was entered or corrected by hand
    undoes       INTEGER REFERENCES commits (id),     -- takes back what that commit said of the key
    hash         BLOB NOT NULL,
    PRIMARY KEY (asset_id, quote_id, day, granularity, instant, commit_id, source_id),
    CHECK (asset_id <> quote_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX prices_by_commit ON prices (commit_id);

-- An asset that no source can price is left alone until this day.
CREATE TABLE price_retries (
    id         INTEGER PRIMARY KEY,
    commit_id  INTEGER NOT NULL REFERENCES commits (id),
    asset_id   INTEGER NOT NULL REFERENCES assets (id),
    source_id  INTEGER REFERENCES sources (id),       -- NULL: any
    until_day  TEXT,                                  -- exclusive; NULL: fetch again
    reason     TEXT,                                  -- of a source: why it had no price on that day
    hash       BLOB NOT NULL
) STRICT;
CREATE INDEX price_retries_by_asset ON price_retries (asset_id);

-- The interest that a holding earns: what a rule says from a day on, until its next row's day.
-- In force on a day: the newest row of the latest from_day on or before.
CREATE TABLE yield_rules (
    id              INTEGER PRIMARY KEY,
    commit_id       INTEGER NOT NULL REFERENCES commits (id),
    holding_id      INTEGER NOT NULL REFERENCES holdings (id),
    name            TEXT NOT NULL,                    -- with the holding: one rule over time
    from_day        TEXT NOT NULL,                    -- inclusive
    rate_per_year   TEXT,                             -- 0.035 is 3.5 %; NULL: nothing from this day on
    rate_type       TEXT NOT NULL CHECK (rate_type IN ('nominal', 'effective')),
    frequency       TEXT NOT NULL CHECK (frequency IN ('daily', 'weekdays', 'weekly', 'monthly',
                    'quarterly', 'yearly')),
    pay_day         INTEGER NOT NULL,                 -- of the week (1 Monday) or of the month (31: its
                                                      -- last); 0 where every day or weekday pays
    pay_month       INTEGER NOT NULL CHECK (pay_month BETWEEN 1 AND 12),  -- a month that pays: the
                                                      -- others lie whole quarters or years from it
    day_count       TEXT NOT NULL CHECK (day_count IN ('actual/365', 'actual/actual', '30/360',
                    'nominal')),
    hash            BLOB NOT NULL
) STRICT;
CREATE INDEX yield_rules_by_holding ON yield_rules (holding_id);

-- A goal: a target, filled by percentages of holdings.
CREATE TABLE vaults (
    id         INTEGER PRIMARY KEY,
    commit_id  INTEGER NOT NULL REFERENCES commits (id),
    name       TEXT NOT NULL COLLATE NOCASE UNIQUE,   -- updatable
    note       TEXT NOT NULL DEFAULT '',              -- updatable
    hash       BLOB NOT NULL
) STRICT;

CREATE TABLE vault_targets (
    id           INTEGER PRIMARY KEY,
    commit_id    INTEGER NOT NULL REFERENCES commits (id),
    vault_id     INTEGER NOT NULL REFERENCES vaults (id),
    amount       TEXT,                                -- NULL: the vault is closed
    currency_id  INTEGER REFERENCES assets (id),
    target_day   TEXT,
    hash         BLOB NOT NULL
) STRICT;

CREATE TABLE vault_shares (
    id          INTEGER PRIMARY KEY,
    commit_id   INTEGER NOT NULL REFERENCES commits (id),
    vault_id    INTEGER NOT NULL REFERENCES vaults (id),
    holding_id  INTEGER NOT NULL REFERENCES holdings (id),
    percent     TEXT,                                 -- over 0, at most 100; NULL: none
    from_day    TEXT NOT NULL,                        -- inclusive
    hash        BLOB NOT NULL
) STRICT;
CREATE INDEX vault_shares_by_vault ON vault_shares (vault_id);

-- A tag on holdings and accounts.
CREATE TABLE groups (
    id         INTEGER PRIMARY KEY,
    commit_id  INTEGER NOT NULL REFERENCES commits (id),
    name       TEXT NOT NULL COLLATE NOCASE UNIQUE,   -- updatable
    note       TEXT NOT NULL DEFAULT '',              -- updatable
    hash       BLOB NOT NULL
) STRICT;

CREATE TABLE group_members (
    id          INTEGER PRIMARY KEY,
    commit_id   INTEGER NOT NULL REFERENCES commits (id),
    group_id    INTEGER NOT NULL REFERENCES groups (id),
    account_id  INTEGER REFERENCES accounts (id),     -- one of the two
    holding_id  INTEGER REFERENCES holdings (id),
    membership  TEXT CHECK (membership IN ('member', 'excluded')),  -- NULL: neither
    hash        BLOB NOT NULL,
    CHECK ((account_id IS NULL) <> (holding_id IS NULL))
) STRICT;
CREATE INDEX group_members_by_group ON group_members (group_id);

-- What the user said of a statement's row that was not recorded: a conflict, or a row that is
-- probably there already from another source.
CREATE TABLE row_answers (
    id              INTEGER PRIMARY KEY,
    commit_id       INTEGER NOT NULL REFERENCES commits (id),
    statement_id    INTEGER NOT NULL,
    line            INTEGER NOT NULL,
    account_id      INTEGER REFERENCES accounts (id), -- with the next two: the row's identity,
    source_id       INTEGER REFERENCES sources (id),  -- under which other files state it again
    external_id     TEXT,
    transaction_id  INTEGER REFERENCES transactions (id),  -- that it was compared with
    answer          TEXT CHECK (answer IN ('same', 'different', 'ignored')),  -- NULL: it waits for one
    hash            BLOB NOT NULL,
    FOREIGN KEY (statement_id, line) REFERENCES statement_rows (statement_id, line)
) STRICT;
CREATE INDEX row_answers_by_identity ON row_answers (source_id, external_id);
CREATE INDEX row_answers_by_line ON row_answers (statement_id, line);
CREATE INDEX row_answers_by_transaction ON row_answers (transaction_id);

-- That a row of a statement is a part of an event of several rows, or cancels another one: a
-- file that ends in the middle of an event states some of its rows alone.  The newest counts.
CREATE TABLE event_rows (
    id           INTEGER PRIMARY KEY,
    commit_id    INTEGER NOT NULL REFERENCES commits (id),
    account_id   INTEGER REFERENCES accounts (id),  -- with the next two: the row's identity
    source_id    INTEGER NOT NULL REFERENCES sources (id),
    external_id  TEXT NOT NULL,                     -- that the row has where it stands alone
    event_id     TEXT,                              -- external id of the event; NULL: the rows cancel
    hash         BLOB NOT NULL
) STRICT;
CREATE INDEX event_rows_by_identity ON event_rows (source_id, external_id);
CREATE INDEX event_rows_by_event ON event_rows (source_id, event_id);

-- A day up to which figures stay as they are, and the taking back of one.  A lock is recorded for
-- a later day than the one in force, so the newest that is not taken back is the one in force.
CREATE TABLE locks (
    id         INTEGER PRIMARY KEY,
    commit_id  INTEGER NOT NULL REFERENCES commits (id),
    day        TEXT,                                  -- inclusive; NULL: takes a lock back
    undoes     INTEGER UNIQUE REFERENCES locks (id),  -- the lock that is taken back
    hash       BLOB NOT NULL,
    CHECK ((day IS NULL) = (undoes IS NOT NULL))
) STRICT;

-- A commit that was let into a lock: it changed figures on or before the lock's day.
CREATE TABLE lock_entries (
    id         INTEGER PRIMARY KEY,
    commit_id  INTEGER NOT NULL REFERENCES commits (id),
    lock_id    INTEGER NOT NULL REFERENCES locks (id),
    from_day   TEXT NOT NULL,                         -- from which day on figures may have changed
    hash       BLOB NOT NULL
) STRICT;

-------------------------------------------------------------------------------------------------
-- Facts are appended, never changed or removed.
-------------------------------------------------------------------------------------------------
CREATE TRIGGER commits_are_never_changed BEFORE UPDATE ON commits
WHEN OLD.hash <> zeroblob(32)                          -- its own, once its facts are complete
BEGIN SELECT RAISE(ABORT, 'commits: facts are never changed; record a correction'); END;
CREATE TRIGGER commits_are_never_removed BEFORE DELETE ON commits
BEGIN SELECT RAISE(ABORT, 'commits: facts are never removed; record a reversal'); END;
CREATE TRIGGER settings_are_never_changed BEFORE UPDATE ON settings
BEGIN SELECT RAISE(ABORT, 'settings: facts are never changed; record a correction'); END;
CREATE TRIGGER settings_are_never_removed BEFORE DELETE ON settings
BEGIN SELECT RAISE(ABORT, 'settings: facts are never removed; record a reversal'); END;
CREATE TRIGGER institutions_are_never_changed BEFORE UPDATE OF id, commit_id, type, hash ON institutions
BEGIN SELECT RAISE(ABORT, 'institutions: facts are never changed; record a correction'); END;
CREATE TRIGGER institutions_are_never_removed BEFORE DELETE ON institutions
BEGIN SELECT RAISE(ABORT, 'institutions: facts are never removed; record a reversal'); END;
CREATE TRIGGER accounts_are_never_changed BEFORE UPDATE OF id, commit_id, institution_id, type, currency_id, hash ON accounts
BEGIN SELECT RAISE(ABORT, 'accounts: facts are never changed; record a correction'); END;
CREATE TRIGGER accounts_are_never_removed BEFORE DELETE ON accounts
BEGIN SELECT RAISE(ABORT, 'accounts: facts are never removed; record a reversal'); END;
CREATE TRIGGER assets_are_never_changed BEFORE UPDATE OF id, commit_id, symbol, type, market, isin, precision, hash ON assets
BEGIN SELECT RAISE(ABORT, 'assets: facts are never changed; record a correction'); END;
CREATE TRIGGER assets_are_never_removed BEFORE DELETE ON assets
BEGIN SELECT RAISE(ABORT, 'assets: facts are never removed; record a reversal'); END;
CREATE TRIGGER asset_aliases_are_never_changed BEFORE UPDATE ON asset_aliases
BEGIN SELECT RAISE(ABORT, 'asset_aliases: facts are never changed; record a correction'); END;
CREATE TRIGGER asset_aliases_are_never_removed BEFORE DELETE ON asset_aliases
BEGIN SELECT RAISE(ABORT, 'asset_aliases: facts are never removed; record a reversal'); END;
CREATE TRIGGER holdings_are_never_changed BEFORE UPDATE OF id, commit_id, account_id, asset_id, label, hash ON holdings
BEGIN SELECT RAISE(ABORT, 'holdings: facts are never changed; record a correction'); END;
CREATE TRIGGER holdings_are_never_removed BEFORE DELETE ON holdings
BEGIN SELECT RAISE(ABORT, 'holdings: facts are never removed; record a reversal'); END;
CREATE TRIGGER sources_are_never_changed BEFORE UPDATE ON sources
BEGIN SELECT RAISE(ABORT, 'sources: facts are never changed; record a correction'); END;
CREATE TRIGGER sources_are_never_removed BEFORE DELETE ON sources
BEGIN SELECT RAISE(ABORT, 'sources: facts are never removed; record a reversal'); END;
CREATE TRIGGER statements_are_never_changed BEFORE UPDATE ON statements
BEGIN SELECT RAISE(ABORT, 'statements: facts are never changed; record a correction'); END;
CREATE TRIGGER statements_are_never_removed BEFORE DELETE ON statements
BEGIN SELECT RAISE(ABORT, 'statements: facts are never removed; record a reversal'); END;
CREATE TRIGGER statement_rows_are_never_changed BEFORE UPDATE ON statement_rows
BEGIN SELECT RAISE(ABORT, 'statement_rows: facts are never changed; record a correction'); END;
CREATE TRIGGER statement_rows_are_never_removed BEFORE DELETE ON statement_rows
BEGIN SELECT RAISE(ABORT, 'statement_rows: facts are never removed; record a reversal'); END;
CREATE TRIGGER kinds_are_never_changed BEFORE UPDATE ON kinds
BEGIN SELECT RAISE(ABORT, 'kinds: facts are never changed; record a correction'); END;
CREATE TRIGGER kinds_are_never_removed BEFORE DELETE ON kinds
BEGIN SELECT RAISE(ABORT, 'kinds: facts are never removed; record a reversal'); END;
CREATE TRIGGER transactions_are_never_changed BEFORE UPDATE ON transactions
BEGIN SELECT RAISE(ABORT, 'transactions: facts are never changed; record a correction'); END;
CREATE TRIGGER transactions_are_never_removed BEFORE DELETE ON transactions
BEGIN SELECT RAISE(ABORT, 'transactions: facts are never removed; record a reversal'); END;
CREATE TRIGGER postings_are_never_changed BEFORE UPDATE ON postings
BEGIN SELECT RAISE(ABORT, 'postings: facts are never changed; record a correction'); END;
CREATE TRIGGER postings_are_never_removed BEFORE DELETE ON postings
BEGIN SELECT RAISE(ABORT, 'postings: facts are never removed; record a reversal'); END;
CREATE TRIGGER provenance_are_never_changed BEFORE UPDATE ON provenance
BEGIN SELECT RAISE(ABORT, 'provenance: facts are never changed; record a correction'); END;
CREATE TRIGGER provenance_are_never_removed BEFORE DELETE ON provenance
BEGIN SELECT RAISE(ABORT, 'provenance: facts are never removed; record a reversal'); END;
CREATE TRIGGER corporate_actions_are_never_changed BEFORE UPDATE ON corporate_actions
BEGIN SELECT RAISE(ABORT, 'corporate_actions: facts are never changed; record a correction'); END;
CREATE TRIGGER corporate_actions_are_never_removed BEFORE DELETE ON corporate_actions
BEGIN SELECT RAISE(ABORT, 'corporate_actions: facts are never removed; record a reversal'); END;
CREATE TRIGGER lot_choices_are_never_changed BEFORE UPDATE ON lot_choices
BEGIN SELECT RAISE(ABORT, 'lot_choices: facts are never changed; record a correction'); END;
CREATE TRIGGER lot_choices_are_never_removed BEFORE DELETE ON lot_choices
BEGIN SELECT RAISE(ABORT, 'lot_choices: facts are never removed; record a reversal'); END;
CREATE TRIGGER transfer_links_are_never_changed BEFORE UPDATE ON transfer_links
BEGIN SELECT RAISE(ABORT, 'transfer_links: facts are never changed; record a correction'); END;
CREATE TRIGGER transfer_links_are_never_removed BEFORE DELETE ON transfer_links
BEGIN SELECT RAISE(ABORT, 'transfer_links: facts are never removed; record a reversal'); END;
CREATE TRIGGER observations_are_never_changed BEFORE UPDATE ON observations
BEGIN SELECT RAISE(ABORT, 'observations: facts are never changed; record a correction'); END;
CREATE TRIGGER observations_are_never_removed BEFORE DELETE ON observations
BEGIN SELECT RAISE(ABORT, 'observations: facts are never removed; record a reversal'); END;
CREATE TRIGGER gap_answers_are_never_changed BEFORE UPDATE ON gap_answers
BEGIN SELECT RAISE(ABORT, 'gap_answers: facts are never changed; record a correction'); END;
CREATE TRIGGER gap_answers_are_never_removed BEFORE DELETE ON gap_answers
BEGIN SELECT RAISE(ABORT, 'gap_answers: facts are never removed; record a reversal'); END;
CREATE TRIGGER prices_are_never_changed BEFORE UPDATE ON prices
BEGIN SELECT RAISE(ABORT, 'prices: facts are never changed; record a correction'); END;
CREATE TRIGGER prices_are_never_removed BEFORE DELETE ON prices
BEGIN SELECT RAISE(ABORT, 'prices: facts are never removed; record a reversal'); END;
CREATE TRIGGER price_retries_are_never_changed BEFORE UPDATE ON price_retries
BEGIN SELECT RAISE(ABORT, 'price_retries: facts are never changed; record a correction'); END;
CREATE TRIGGER price_retries_are_never_removed BEFORE DELETE ON price_retries
BEGIN SELECT RAISE(ABORT, 'price_retries: facts are never removed; record a reversal'); END;
CREATE TRIGGER yield_rules_are_never_changed BEFORE UPDATE ON yield_rules
BEGIN SELECT RAISE(ABORT, 'yield_rules: facts are never changed; record a correction'); END;
CREATE TRIGGER yield_rules_are_never_removed BEFORE DELETE ON yield_rules
BEGIN SELECT RAISE(ABORT, 'yield_rules: facts are never removed; record a reversal'); END;
CREATE TRIGGER vaults_are_never_changed BEFORE UPDATE OF id, commit_id, hash ON vaults
BEGIN SELECT RAISE(ABORT, 'vaults: facts are never changed; record a correction'); END;
CREATE TRIGGER vaults_are_never_removed BEFORE DELETE ON vaults
BEGIN SELECT RAISE(ABORT, 'vaults: facts are never removed; record a reversal'); END;
CREATE TRIGGER vault_targets_are_never_changed BEFORE UPDATE ON vault_targets
BEGIN SELECT RAISE(ABORT, 'vault_targets: facts are never changed; record a correction'); END;
CREATE TRIGGER vault_targets_are_never_removed BEFORE DELETE ON vault_targets
BEGIN SELECT RAISE(ABORT, 'vault_targets: facts are never removed; record a reversal'); END;
CREATE TRIGGER vault_shares_are_never_changed BEFORE UPDATE ON vault_shares
BEGIN SELECT RAISE(ABORT, 'vault_shares: facts are never changed; record a correction'); END;
CREATE TRIGGER vault_shares_are_never_removed BEFORE DELETE ON vault_shares
BEGIN SELECT RAISE(ABORT, 'vault_shares: facts are never removed; record a reversal'); END;
CREATE TRIGGER groups_are_never_changed BEFORE UPDATE OF id, commit_id, hash ON groups
BEGIN SELECT RAISE(ABORT, 'groups: facts are never changed; record a correction'); END;
CREATE TRIGGER groups_are_never_removed BEFORE DELETE ON groups
BEGIN SELECT RAISE(ABORT, 'groups: facts are never removed; record a reversal'); END;
CREATE TRIGGER group_members_are_never_changed BEFORE UPDATE ON group_members
BEGIN SELECT RAISE(ABORT, 'group_members: facts are never changed; record a correction'); END;
CREATE TRIGGER group_members_are_never_removed BEFORE DELETE ON group_members
BEGIN SELECT RAISE(ABORT, 'group_members: facts are never removed; record a reversal'); END;
CREATE TRIGGER row_answers_are_never_changed BEFORE UPDATE ON row_answers
BEGIN SELECT RAISE(ABORT, 'row_answers: facts are never changed; record a correction'); END;
CREATE TRIGGER row_answers_are_never_removed BEFORE DELETE ON row_answers
BEGIN SELECT RAISE(ABORT, 'row_answers: facts are never removed; record a reversal'); END;
CREATE TRIGGER event_rows_are_never_changed BEFORE UPDATE ON event_rows
BEGIN SELECT RAISE(ABORT, 'event_rows: facts are never changed; record a correction'); END;
CREATE TRIGGER event_rows_are_never_removed BEFORE DELETE ON event_rows
BEGIN SELECT RAISE(ABORT, 'event_rows: facts are never removed; record a reversal'); END;
CREATE TRIGGER locks_are_never_changed BEFORE UPDATE ON locks
BEGIN SELECT RAISE(ABORT, 'locks: facts are never changed; record a correction'); END;
CREATE TRIGGER locks_are_never_removed BEFORE DELETE ON locks
BEGIN SELECT RAISE(ABORT, 'locks: facts are never removed; record a reversal'); END;
CREATE TRIGGER lock_entries_are_never_changed BEFORE UPDATE ON lock_entries
BEGIN SELECT RAISE(ABORT, 'lock_entries: facts are never changed; record a correction'); END;
CREATE TRIGGER lock_entries_are_never_removed BEFORE DELETE ON lock_entries
BEGIN SELECT RAISE(ABORT, 'lock_entries: facts are never removed; record a reversal'); END;

-------------------------------------------------------------------------------------------------
-- Part 2: DERIVED (dropped and computed again by `folio rebuild`)
--
-- What these tables name are rows of facts, but they do not refer to them: to look each reference
-- up took a third of the time of writing disposals, and SQLite empties at once only a table that
-- refers to nothing (a million rows in 0.2 s, not 1.2).  `folio verify` computes them again.
-------------------------------------------------------------------------------------------------

-- A holding at the end of the ledger: the state that the next posting is folded onto.
CREATE TABLE positions (
    holding_id         INTEGER PRIMARY KEY,
    quantity           TEXT NOT NULL,                 -- the sum of its postings = of its lots
    unexplained        TEXT NOT NULL,                 -- observed beyond that; 0 where none
    basis              INTEGER NOT NULL,              -- worst grade of its lots and disposals:
                                                      -- 0 full, 1 estimated, 2 partial
    consults_prices    INTEGER NOT NULL,              -- 1: some lot's cost or choice depends on a price
    lots_opened        INTEGER NOT NULL,              -- so many so far: the next lot's place
    postings           INTEGER NOT NULL,              -- transactions that touched it
    plain              INTEGER NOT NULL,              -- 1: money in the base currency that costs
                                                      -- itself, in one lot and without disposals
    whole              INTEGER NOT NULL,              -- 1: plain, and every posting in minor units
    first_day          TEXT,                          -- of its postings
    last_day           TEXT,
    last_key           TEXT,                          -- its last event's place in the walk, as JSON
    held               TEXT,                          -- at average cost: [day, units] by the day from
                                                      -- which on they are held, as JSON
    observations       INTEGER NOT NULL,
    first_observation  TEXT,
    last_observation   TEXT
) STRICT;

-- What is known of a holding, and since when.
CREATE VIEW coverage AS
    SELECT holding_id, first_day, last_day, postings, first_observation, last_observation,
           observations, unexplained, basis
    FROM positions;

-- Where an observation is not what the one before it and the ledger lead to.
CREATE TABLE gaps (
    holding_id      INTEGER NOT NULL,
    to_day          TEXT NOT NULL,                    -- inclusive: the observation's
    from_day        TEXT,                             -- exclusive: of the observation before; NULL:
                                                      -- before all evidence
    expected        TEXT NOT NULL,                    -- the balance, by what came before
    observed        TEXT NOT NULL,                    -- the drift is observed − expected, never 0
    observation_id  INTEGER NOT NULL,                 -- by which commands name the gap
    PRIMARY KEY (holding_id, to_day)
) STRICT, WITHOUT ROWID;

-- Open lots.
CREATE TABLE lots (
    holding_id        INTEGER NOT NULL,
    place             INTEGER NOT NULL,               -- the order in which they were opened
    transaction_id    INTEGER NOT NULL,  -- that opened it; of growth: minus its gap's number
    acquired_on       TEXT NOT NULL,
    quantity          TEXT NOT NULL,                  -- negative: units owed
    cost              TEXT,                           -- NULL: unknown
    cost_currency_id  INTEGER,
    grade             INTEGER NOT NULL,               -- 0 full, 1 estimated, 2 partial
    PRIMARY KEY (holding_id, place)
) STRICT, WITHOUT ROWID;

-- Slices of lots that were disposed of.
CREATE TABLE disposals (
    holding_id            INTEGER NOT NULL,
    disposed_on           INTEGER NOT NULL,           -- days since 1970-01-01, like those below
    transaction_id        INTEGER NOT NULL,  -- that disposed of it
    line                  INTEGER NOT NULL,           -- within the transaction and holding, from 1
    place                 INTEGER NOT NULL,           -- the lot's; 0: uncovered
    opened_by             INTEGER,
    acquired_on           INTEGER,
    quantity              TEXT NOT NULL,              -- positive
    proceeds              TEXT,
    proceeds_currency_id  INTEGER,
    cost                  TEXT,
    cost_currency_id      INTEGER,
    realises              INTEGER NOT NULL,           -- 1: a gain or loss; 0: the units only left
    grade                 INTEGER NOT NULL,
    held_since            INTEGER,                    -- at average cost, where not the day acquired
    PRIMARY KEY (holding_id, disposed_on, transaction_id, line)
) STRICT, WITHOUT ROWID;

-- What a family of assets (those that corporate actions join) held on some evenings: a back-dated
-- transaction is folded from there on.
CREATE TABLE evenings (
    asset_id  INTEGER NOT NULL,                       -- the first of the family
    day       INTEGER NOT NULL,                       -- days since 1970-01-01
    assets    INTEGER NOT NULL,                       -- of the family: what joins one changes it
    next_at   INTEGER NOT NULL,                       -- events up to the next evening
    states    TEXT NOT NULL,                          -- by holding, as JSON: what its position
                                                      -- and its lots were
    PRIMARY KEY (asset_id, day)
) STRICT, WITHOUT ROWID;

-- The last price at which an asset changed hands on a day; a price of its own kind, below all others.
CREATE TABLE trade_prices (
    asset_id        INTEGER NOT NULL,
    quote_id        INTEGER NOT NULL,
    day             TEXT NOT NULL,
    price           TEXT NOT NULL,
    transaction_id  INTEGER NOT NULL,
    worked_out      INTEGER NOT NULL,                 -- 1: nobody stated it, it is the money that
                                                      -- was paid ÷ the units
    PRIMARY KEY (asset_id, quote_id, day)
) STRICT, WITHOUT ROWID;

-- The trades whose price and quantity do not make their cash, reversed ones among them.
CREATE TABLE mispriced (
    id  INTEGER PRIMARY KEY                           -- the transaction's
) STRICT;

-- Which pairs have a price at all: the edges of the price graph.
CREATE TABLE price_pairs (
    asset_id  INTEGER NOT NULL,
    quote_id  INTEGER NOT NULL,
    PRIMARY KEY (asset_id, quote_id)
) STRICT, WITHOUT ROWID;

-- Value over time, in the book's base currency, by scope: a row for each run of days on end that
-- are equal in all of it; the view portfolio_value_daily has each day.  Amounts are integers in
-- the base currency's minor unit (settings: base_currency); NULL is not measured, which is not 0.
CREATE TABLE daily_runs (
    scope       INTEGER NOT NULL CHECK (scope BETWEEN 0 AND 3),  -- 0 portfolio, 1 institution,
                                                      -- 2 account, 3 holding
    scope_id    INTEGER NOT NULL,                     -- 0 for the portfolio
    last_day    INTEGER NOT NULL,                     -- days since 1970-01-01
    day         INTEGER NOT NULL,                     -- the first one, likewise
    value       INTEGER,
    cost_basis  INTEGER,
    realised    INTEGER NOT NULL,                     -- gain, cumulative, where it is known
    unrealised  INTEGER,                              -- gain
    flow        INTEGER,                              -- from outside the scope on this day, what
                                                      -- was observed beyond the ledger with it
    income      INTEGER,                              -- on this day
    held        INTEGER NOT NULL,                     -- holdings counted
    unknown     INTEGER NOT NULL,                     -- of them: lacking one of the next two, or both
    priceless   INTEGER NOT NULL,                     -- of them: without a value
    baseless    INTEGER NOT NULL,                     -- of them: without a full cost basis
    estimated   INTEGER NOT NULL,                     -- of them: by a stale or routed price, or between observations
    flow_account      INTEGER,                        -- what each part has of the flow of its
    flow_institution  INTEGER,                        -- account, of its institution and of the
    flow_portfolio    INTEGER,                        -- portfolio
    before            INTEGER,                        -- what was held the evening before at this
                                                      -- day's price, and the day is a run of its
                                                      -- own; NULL: nothing moved, so value
    gainless    INTEGER NOT NULL,                     -- disposals so far whose gain is not known
    PRIMARY KEY (scope, scope_id, last_day),          -- the run of a day is the first to end on it
                                                      -- or later
    CHECK (day <= last_day)
) STRICT, WITHOUT ROWID;

-- Every day of the rollup, to tell the days of a run.
CREATE TABLE rollup_days (
    day   INTEGER PRIMARY KEY,                        -- since 1970-01-01
    date  TEXT NOT NULL UNIQUE AS (date(day * 86400, 'unixepoch'))  -- likewise, as text
) STRICT;

-- On which days the rollup of a holding is out of date.
CREATE TABLE dirty (
    holding_id  INTEGER PRIMARY KEY,
    from_day    INTEGER NOT NULL,                     -- days since 1970-01-01, inclusive
    to_day      INTEGER NOT NULL                      -- likewise
) STRICT;

-- Up to which day the rollup reaches.
CREATE TABLE rollup_state (
    id         INTEGER PRIMARY KEY CHECK (id = 1),
    until_day  INTEGER NOT NULL,                      -- days since 1970-01-01, inclusive
    commit_id       INTEGER NOT NULL,                 -- the last one before it was made
    transaction_id  INTEGER NOT NULL                  -- likewise
) STRICT;

-------------------------------------------------------------------------------------------------
-- Part 3: VIEWS to be read by people and programs: `folio sql`, or any program that reads SQLite
-------------------------------------------------------------------------------------------------

-- Views whose names start with v1_ keep their columns and what these mean: columns may be added,
-- and what has to change gets a v2_ beside.  Names stand for ids, days are text, decimals are
-- exact text, missing is NULL.  `folio sql --views` shows the words after each column.  The other
-- views and the tables are folio's own, and may change.

-- Every asset with the one that it is read as: itself, or what it was merged into.
CREATE VIEW asset_names (id, read_as, key) AS
    WITH RECURSIVE
        merged (id, into_id) AS (
            SELECT a.asset_id, a.alias_of FROM asset_aliases a WHERE a.alias_of IS NOT NULL
            AND a.id = (SELECT max(b.id) FROM asset_aliases b WHERE b.asset_id = a.asset_id)),
        chain (id, read_as) AS (
            SELECT id, id FROM assets
            UNION ALL SELECT c.id, m.into_id FROM chain c JOIN merged m ON m.id = c.read_as),
        named AS MATERIALIZED (  -- a few, worked out once: a name is looked up for each of many rows
            SELECT c.id, c.read_as, v.asset FROM chain c JOIN v1_assets v ON v.id = c.read_as
            WHERE c.read_as NOT IN (SELECT id FROM merged))
    SELECT * FROM named;

-- The holdings with their names.
CREATE VIEW holding_names (id, account_id, institution, account, asset_id, asset, label) AS
    WITH named AS MATERIALIZED (  -- worked out once, and read before the rows of each
        SELECT h.id, h.account_id, i.name, a.name, n.read_as, n.key, nullif(h.label, '')
        FROM holdings h JOIN accounts a ON a.id = h.account_id
        JOIN institutions i ON i.id = a.institution_id JOIN asset_names n ON n.id = h.asset_id)
    SELECT * FROM named;

CREATE VIEW v1_accounts -- Accounts, and where they are.
(   id,              -- the account's number
    institution,     -- the bank, broker or exchange
    account,         -- its name
    type,            -- checking, savings, brokerage …
    currency,        -- of prices without one; NULL: the book's
    status,          -- active, frozen or closed
    note             -- what was noted of it
) AS
    SELECT a.id, i.name, a.name, a.type, (SELECT symbol FROM assets WHERE id = a.currency_id),
           ifnull((SELECT value FROM settings WHERE scope = 'account' AND scope_id = a.id
                   AND key = 'status' ORDER BY ifnull(from_day, '') DESC, id DESC LIMIT 1),
                  'active'), nullif(a.note, '')
    FROM accounts a JOIN institutions i ON i.id = a.institution_id;

CREATE VIEW v1_assets -- What can be held: shares, funds, coins, money.
(   id,              -- the asset's number
    asset,           -- SYMBOL, or SYMBOL:MARKET
    symbol,          -- as it is now
    market,          -- where it is traded
    type,            -- currency, stock, etf, crypto …
    isin,            -- as it is now
    digits,          -- decimal places shown
    name,            -- in words
    note             -- what was noted of it
) AS
    WITH stated AS (
        SELECT a.id, a.name, a.note,
               ifnull((SELECT value FROM settings WHERE scope = 'asset' AND scope_id = a.id
                       AND key = 'symbol' ORDER BY ifnull(from_day, '') DESC, id DESC LIMIT 1),
                      a.symbol) AS symbol,
               ifnull((SELECT value FROM settings WHERE scope = 'asset' AND scope_id = a.id
                       AND key = 'market' ORDER BY ifnull(from_day, '') DESC, id DESC LIMIT 1),
                      a.market) AS market,
               ifnull((SELECT value FROM settings WHERE scope = 'asset' AND scope_id = a.id
                       AND key = 'type' ORDER BY ifnull(from_day, '') DESC, id DESC LIMIT 1),
                      a.type) AS type,
               ifnull((SELECT value FROM settings WHERE scope = 'asset' AND scope_id = a.id
                       AND key = 'isin' ORDER BY ifnull(from_day, '') DESC, id DESC LIMIT 1),
                      a.isin) AS isin,
               CAST(ifnull((SELECT value FROM settings WHERE scope = 'asset' AND scope_id = a.id
                       AND key = 'precision' ORDER BY ifnull(from_day, '') DESC, id DESC LIMIT 1),
                      a.precision) AS INTEGER) AS digits
        FROM assets a)
    SELECT id, symbol || CASE market WHEN '' THEN '' ELSE ':' || market END, symbol,
           nullif(market, ''), type, nullif(isin, ''), digits, nullif(name, ''), nullif(note, '')
    FROM stated;

CREATE VIEW v1_transactions -- What happened, one row an event; amounts: v1_postings.
(   id,              -- by which commands name it
    date,            -- of the event
    at,              -- the instant, where the source gives one
    kind,            -- buy, sell, dividend, transfer …
    institution,     -- of the account
    account,         -- where; NULL: an event of an asset
    asset,           -- what moved, of several the first
    quantity,        -- how much of it, into the account positive
    price,           -- of one unit, as quoted
    price_currency,  -- of the price
    payer,           -- who paid a dividend, the parent of a spin-off
    external_id,     -- the source's own id, or one made from the row
    source,          -- who stated it: hand, a statement's profile …
    note,            -- what was noted of it
    reverses,        -- the transaction that this one undoes
    reversed_by,     -- the transaction that undoes this one
    in_force,        -- 1; 0: undone, or what undoes it
    recorded_at      -- when it was recorded, UTC
) AS
    SELECT t.id, t.occurred_on, t.occurred_at, t.kind, i.name, a.name, n.key, p.quantity, p.price,
           pc.key, payer.key, t.external_id, s.name, t.note, t.reverses, r.id, t.reverses IS NULL AND r.id IS NULL, c.recorded_at
    FROM transactions t
    JOIN sources s ON s.id = t.source_id
    JOIN commits c ON c.id = t.commit_id
    LEFT JOIN transactions r ON r.reverses = t.id
    LEFT JOIN accounts a ON a.id = t.account_id
    LEFT JOIN institutions i ON i.id = a.institution_id
    LEFT JOIN postings p ON p.transaction_id = t.id AND p.line =
        (SELECT line FROM postings q WHERE q.transaction_id = t.id
         ORDER BY q.role <> 'asset', q.line LIMIT 1)
    LEFT JOIN holdings h ON h.id = p.holding_id
    LEFT JOIN asset_names n ON n.id = h.asset_id
    LEFT JOIN asset_names pc ON pc.id = p.price_currency_id
    LEFT JOIN asset_names payer ON payer.id = t.related_asset_id;

CREATE VIEW v1_postings -- What each transaction did to each holding.
(   transaction_id,  -- of v1_transactions
    line,            -- within the transaction, from 1
    date,            -- of the transaction
    kind,            -- of the transaction
    institution,     -- of the account
    account,         -- whose holding
    asset,           -- of the holding
    label,           -- of the holding: a named pot
    role,            -- asset, cash, fee, tax; external: from outside an account without cash
    quantity,        -- into the holding is positive; units of that day, before later splits
    price,           -- of one unit, as quoted
    price_currency,  -- of the price
    amount,          -- what the units cost (with fees) or fetched (without)
    amount_currency, -- of the amount
    acquired_on,     -- stated, where acquired before this day
    in_force         -- 1; 0: of a transaction that was undone, or that undoes one
) AS
    SELECT p.transaction_id, p.line, p.occurred_on, t.kind, h.institution, h.account, h.asset,
           h.label, p.role, p.quantity, p.price, pc.key, p.amount, ac.key, p.acquired_on,
           t.reverses IS NULL AND NOT EXISTS (SELECT 1 FROM transactions r WHERE r.reverses = t.id)
    FROM postings p JOIN transactions t ON t.id = p.transaction_id AND t.occurred_on = p.occurred_on
    JOIN holding_names h ON h.id = p.holding_id
    LEFT JOIN asset_names pc ON pc.id = p.price_currency_id
    LEFT JOIN asset_names ac ON ac.id = p.amount_currency_id;

CREATE VIEW v1_lots -- Open lots, at the end of the ledger.
(   institution,     -- of the account
    account,         -- whose holding
    asset,           -- of the holding
    label,           -- of the holding
    lot,             -- the transaction that opened it; NULL: growth that nobody recorded
    acquired_on,     -- the day from which it is held
    quantity,        -- units left; negative: owed
    cost,            -- of all of them; NULL: unknown
    cost_currency,   -- of the cost
    grade            -- full, estimated or partial
) AS
    SELECT h.institution, h.account, h.asset, h.label,
           CASE WHEN l.transaction_id > 0 THEN l.transaction_id END, l.acquired_on, l.quantity,
           l.cost, (SELECT key FROM asset_names WHERE id = l.cost_currency_id),
           CASE l.grade WHEN 0 THEN 'full' WHEN 1 THEN 'estimated' ELSE 'partial' END
    FROM lots l JOIN holding_names h ON h.id = l.holding_id;

CREATE VIEW v1_disposals -- Slices of lots that were sold, or left.
(   institution,     -- of the account
    account,         -- whose holding
    asset,           -- of the holding
    label,           -- of the holding
    transaction_id,  -- that disposed of it
    line,            -- within the transaction and holding, from 1
    disposed_on,     -- the day
    lot,             -- the transaction that opened it; NULL: nothing was there to cover it
    acquired_on,     -- the day from which it was held
    quantity,        -- units; below 0: owed, and given back, with proceeds and cost below 0
    proceeds,        -- what they fetched
    proceeds_currency, -- of the proceeds
    cost,            -- what they had cost; NULL: unknown
    cost_currency,   -- of the cost
    realises,        -- 1: a gain or loss; 0: the units only left
    grade            -- full, estimated or partial
) AS
    SELECT h.institution, h.account, h.asset, h.label, d.transaction_id, d.line,
           date(d.disposed_on * 86400, 'unixepoch'),
           CASE WHEN d.opened_by > 0 THEN d.opened_by END,
           date(ifnull(d.held_since, d.acquired_on) * 86400, 'unixepoch'), d.quantity, d.proceeds,
           (SELECT key FROM asset_names WHERE id = d.proceeds_currency_id), d.cost,
           (SELECT key FROM asset_names WHERE id = d.cost_currency_id), d.realises,
           CASE d.grade WHEN 0 THEN 'full' WHEN 1 THEN 'estimated' ELSE 'partial' END
    FROM disposals d JOIN holding_names h ON h.id = d.holding_id;

CREATE VIEW v1_prices -- Every price in force, of each day the best first.
(   asset,           -- of which one unit
    date,            -- the day
    granularity,     -- daily (a close), intraday or trade
    instant,         -- of an intraday price or a trade
    price,           -- in units of that day, before later splits
    currency,        -- in what it is stated; pence stand here as pounds
    source,          -- who stated it
    reason,          -- why it was entered or corrected by hand
    recorded_at      -- when it was recorded, UTC
) AS
    SELECT a.key, p.day, CASE p.granularity WHEN 2 THEN 'daily' WHEN 1 THEN 'intraday'
           ELSE 'trade' END, nullif(p.instant, ''), p.price, q.key, s.name, p.reason, c.recorded_at
    FROM prices p JOIN asset_names a ON a.id = p.asset_id JOIN asset_names q ON q.id = p.quote_id
    JOIN sources s ON s.id = p.source_id JOIN commits c ON c.id = p.commit_id
    WHERE p.price IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM prices n WHERE n.asset_id = p.asset_id AND n.quote_id = p.quote_id
        AND n.day = p.day AND n.granularity = p.granularity AND n.instant = p.instant
        AND n.source_id = p.source_id AND n.commit_id > p.commit_id)
    ORDER BY a.key, q.key, p.day, p.granularity DESC, p.instant DESC, p.commit_id DESC;

-- The base currency: its decimal places, and how many of its smallest unit make one.
CREATE VIEW base_unit (currency, digits, ten) AS
    SELECT asset, digits, CAST(substr('1000000000000000000', 1, digits + 1) AS INTEGER)
    FROM v1_assets WHERE type = 'currency' AND symbol = ifnull(
        (SELECT value FROM settings WHERE scope = 'book' AND key = 'base_currency'
         ORDER BY ifnull(from_day, '') DESC, id DESC LIMIT 1), 'EUR');

-- Value over time by scope and day: see daily_runs.
CREATE VIEW portfolio_value_daily AS
    SELECT r.scope, r.scope_id, d.day, r.value, r.cost_basis, r.realised, r.unrealised, r.flow,
           r.income, r.held, r.unknown, r.priceless, r.baseless, r.estimated, r.flow_account,
           r.flow_institution, r.flow_portfolio, r.before, r.gainless
    FROM daily_runs r CROSS JOIN rollup_days d ON d.day BETWEEN r.day AND r.last_day;

-- Of which days the rollup is out of date, by scope.
CREATE VIEW stale_days (scope, scope_id, from_day, to_day) AS
    SELECT 3, d.holding_id, d.from_day, d.to_day FROM dirty d
    UNION ALL SELECT 2, h.account_id, d.from_day, d.to_day
    FROM dirty d JOIN holdings h ON h.id = d.holding_id
    UNION ALL SELECT 1, a.institution_id, d.from_day, d.to_day
    FROM dirty d JOIN holdings h ON h.id = d.holding_id JOIN accounts a ON a.id = h.account_id
    UNION ALL SELECT 0, 0, d.from_day, d.to_day FROM dirty d;

-- What the rollup is of, with names; `stale` is 1 where some of its days are out of date.
CREATE VIEW rollup_scopes (scope, scope_id, scope_name, institution, account, asset, label, stale) AS
    WITH named AS (
        SELECT 0 AS scope, 0 AS id, 'portfolio' AS name, NULL AS institution, NULL AS account,
               NULL AS asset, NULL AS label
        UNION ALL SELECT 1, id, 'institution', name, NULL, NULL, NULL FROM institutions
        UNION ALL SELECT 2, a.id, 'account', i.name, a.name, NULL, NULL
        FROM accounts a JOIN institutions i ON i.id = a.institution_id
        UNION ALL SELECT 3, id, 'holding', institution, account, asset, label FROM holding_names)
    SELECT *, EXISTS (SELECT 1 FROM stale_days s WHERE s.scope = n.scope AND s.scope_id = n.id)
    FROM named n;

CREATE VIEW v1_daily -- Value by day, as far as the rollup has come; days changed since are left out.
(   date,            -- the evening of this day
    scope,           -- portfolio, institution, account or holding
    institution,     -- NULL: of the portfolio
    account,         -- of an account or a holding
    asset,           -- of a holding
    label,           -- of a holding
    currency,        -- the book's, in which all amounts are
    value,           -- NULL: nothing of it has a price
    cost_basis,      -- of what is known
    realised_gain,   -- since the beginning, where it is known; NULL: of no disposal
    unrealised_gain, -- of what has a price and a cost
    flow,            -- from outside the scope on this day; NULL: not known
    income,          -- on this day; NULL: not known
    held,            -- holdings counted
    without_price,   -- of them
    without_cost,    -- of them
    estimated        -- of them: by an old or a routed price, or between balances
) AS
    -- Day by day, and of each the run of every scope: so whoever asks for days, or in their order,
    -- reads no others.  The names are few, and worked out once.
    WITH named AS MATERIALIZED (SELECT * FROM rollup_scopes JOIN base_unit)
    SELECT e.date, n.scope_name, n.institution, n.account, n.asset, n.label, n.currency,
           CASE WHEN d.value IS NOT NULL THEN
               CASE WHEN d.value < 0 THEN '-' ELSE '' END || rtrim(rtrim(printf(
               '%d.%0*d', abs(d.value) / n.ten, n.digits, abs(d.value) % n.ten), '0'), '.') END,
           CASE WHEN d.cost_basis IS NOT NULL THEN
               CASE WHEN d.cost_basis < 0 THEN '-' ELSE '' END || rtrim(rtrim(printf(
               '%d.%0*d', abs(d.cost_basis) / n.ten, n.digits, abs(d.cost_basis) % n.ten), '0'), '.') END,
           CASE WHEN d.realised OR NOT d.gainless THEN
               CASE WHEN d.realised < 0 THEN '-' ELSE '' END || rtrim(rtrim(printf(
               '%d.%0*d', abs(d.realised) / n.ten, n.digits, abs(d.realised) % n.ten), '0'), '.') END,
           CASE WHEN d.unrealised IS NOT NULL THEN
               CASE WHEN d.unrealised < 0 THEN '-' ELSE '' END || rtrim(rtrim(printf(
               '%d.%0*d', abs(d.unrealised) / n.ten, n.digits, abs(d.unrealised) % n.ten), '0'), '.') END,
           CASE WHEN d.flow IS NOT NULL THEN
               CASE WHEN d.flow < 0 THEN '-' ELSE '' END || rtrim(rtrim(printf(
               '%d.%0*d', abs(d.flow) / n.ten, n.digits, abs(d.flow) % n.ten), '0'), '.') END,
           CASE WHEN d.income IS NOT NULL THEN
               CASE WHEN d.income < 0 THEN '-' ELSE '' END || rtrim(rtrim(printf(
               '%d.%0*d', abs(d.income) / n.ten, n.digits, abs(d.income) % n.ten), '0'), '.') END,
           d.held, d.priceless, d.baseless, d.estimated
    FROM rollup_days e CROSS JOIN named n CROSS JOIN daily_runs d
        ON d.scope = n.scope AND d.scope_id = n.scope_id AND d.day <= e.day AND d.last_day =
        (SELECT r.last_day FROM daily_runs r WHERE r.scope = n.scope AND r.scope_id = n.scope_id
         AND r.last_day >= e.day ORDER BY r.last_day LIMIT 1)
    WHERE NOT (n.stale AND EXISTS (SELECT 1 FROM stale_days s WHERE s.scope = n.scope
               AND s.scope_id = n.scope_id AND e.day BETWEEN s.from_day AND s.to_day));

CREATE VIEW v1_holdings -- What is held, with its worth at the last rollup; blank if changed since.
(   institution,     -- of the account
    account,         -- whose holding
    asset,           -- SYMBOL, or SYMBOL:MARKET
    name,            -- of the asset
    type,            -- of the asset
    label,           -- a named pot
    quantity,        -- by the ledger; the sum of its lots
    unexplained,     -- observed beyond that; 0 where nothing is
    as_of,           -- the day of the figures that follow; NULL: out of date, so are they
    currency,        -- the book's, in which they are
    value,           -- NULL: no price
    cost_basis,      -- NULL: not known
    unrealised_gain, -- NULL: not known
    realised_gain,   -- since the beginning, where it is known; NULL: of no disposal
    first_day,       -- of its postings
    last_day         -- of its postings
) AS
    SELECT h.institution, h.account, h.asset, a.name, a.type, h.label, p.quantity, p.unexplained,
           date(d.last_day * 86400, 'unixepoch'), u.currency,
           CASE WHEN d.value IS NOT NULL THEN
               CASE WHEN d.value < 0 THEN '-' ELSE '' END || rtrim(rtrim(printf(
               '%d.%0*d', abs(d.value) / u.ten, u.digits, abs(d.value) % u.ten), '0'), '.') END,
           CASE WHEN d.cost_basis IS NOT NULL THEN
               CASE WHEN d.cost_basis < 0 THEN '-' ELSE '' END || rtrim(rtrim(printf(
               '%d.%0*d', abs(d.cost_basis) / u.ten, u.digits, abs(d.cost_basis) % u.ten), '0'), '.') END,
           CASE WHEN d.unrealised IS NOT NULL THEN
               CASE WHEN d.unrealised < 0 THEN '-' ELSE '' END || rtrim(rtrim(printf(
               '%d.%0*d', abs(d.unrealised) / u.ten, u.digits, abs(d.unrealised) % u.ten), '0'), '.') END,
           CASE WHEN d.realised OR NOT d.gainless THEN
               CASE WHEN d.realised < 0 THEN '-' ELSE '' END || rtrim(rtrim(printf(
               '%d.%0*d', abs(d.realised) / u.ten, u.digits, abs(d.realised) % u.ten), '0'), '.') END,
           p.first_day, p.last_day
    FROM positions p JOIN holding_names h ON h.id = p.holding_id
    JOIN v1_assets a ON a.id = h.asset_id JOIN base_unit u
    LEFT JOIN daily_runs d ON d.scope = 3 AND d.scope_id = p.holding_id
        AND d.last_day = (SELECT until_day FROM rollup_state)
        AND NOT EXISTS (SELECT 1 FROM dirty x WHERE x.holding_id = p.holding_id
                        AND d.last_day BETWEEN x.from_day AND x.to_day);

CREATE VIEW v1_balances -- Balances that somebody saw, those in force.
(   id,              -- by which commands name it
    date,            -- at the end of this day
    institution,     -- of the account
    account,         -- whose holding
    asset,           -- of the holding
    label,           -- of the holding
    balance,         -- so much of it
    source,          -- statement-close, sync, user-entered, screenshot or manual-correction
    note,            -- what was noted of it
    recorded_at      -- when it was recorded, UTC
) AS
    SELECT o.id, o.day, h.institution, h.account, h.asset, h.label, o.balance, o.source, o.note,
           c.recorded_at
    FROM observations o JOIN holding_names h ON h.id = o.holding_id
    JOIN commits c ON c.id = o.commit_id
    WHERE o.balance IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM observations n WHERE n.holding_id = o.holding_id AND n.day = o.day
        AND n.source = o.source AND n.id > o.id);

CREATE VIEW v1_gaps -- Where a balance is not what the ledger leads to, answered or not.
(   id,              -- by which commands name it
    institution,     -- of the account
    account,         -- whose holding
    asset,           -- of the holding
    label,           -- of the holding
    after,           -- the balance before, exclusive; NULL: before all evidence
    until,           -- the balance's day
    expected,        -- by what came before
    observed         -- by the balance
) AS
    SELECT g.observation_id, h.institution, h.account, h.asset, h.label, g.from_day, g.to_day,
           g.expected, g.observed
    FROM gaps g JOIN holding_names h ON h.id = g.holding_id;

CREATE VIEW v1_statements -- Statement files that were imported.
(   id,              -- the import's number
    file,            -- its name, without the folder
    sha256,          -- of the file
    profile,         -- that read it
    institution,     -- of the account
    account,         -- NULL: the rows name their own
    rows_read,       -- below the header
    recorded,        -- of them: stated something new
    already,         -- of them: there already
    conflicts,       -- of them: same id, other content
    held,            -- of them: probably there
    skipped,         -- of them: move nothing
    rejected,        -- of them: could not be read
    imported_at      -- when, UTC
) AS
    SELECT s.id, s.file_name, s.file_sha256, s.profile, i.name, a.name, s.rows_read, s.recorded,
           s.already, s.conflicts, s.held, s.skipped, s.rejected, c.recorded_at
    FROM statements s JOIN commits c ON c.id = s.commit_id
    LEFT JOIN accounts a ON a.id = s.account_id
    LEFT JOIN institutions i ON i.id = a.institution_id;

CREATE VIEW v1_statement_rows -- The rows of statements as they stood, with what came of each.
(   statement_id,    -- of v1_statements
    line,            -- of the file, from 1
    text,            -- as it stood
    status,          -- recorded, already, skipped, conflict, rejected or held
    reason,          -- why it was not recorded
    transaction_id   -- that it states; one row each where it states several
) AS
    SELECT r.statement_id, r.line, r.text, r.status, r.reason, p.transaction_id
    FROM statement_rows r LEFT JOIN provenance p
        ON p.statement_id = r.statement_id AND p.line = r.line;

CREATE VIEW v1_groups -- What is tagged: accounts, and single holdings.
(   "group",         -- its name
    institution,     -- of the account
    account,         -- all of it, where no asset is named
    asset,           -- of a holding
    label,           -- of a holding
    membership       -- member, or excluded
) AS
    SELECT g.name, ifnull(i.name, h.institution), ifnull(a.name, h.account), h.asset, h.label,
           m.membership
    FROM group_members m JOIN groups g ON g.id = m.group_id
    LEFT JOIN accounts a ON a.id = m.account_id
    LEFT JOIN institutions i ON i.id = a.institution_id
    LEFT JOIN holding_names h ON h.id = m.holding_id
    WHERE m.membership IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM group_members n WHERE n.group_id = m.group_id AND n.id > m.id
        AND n.account_id IS m.account_id AND n.holding_id IS m.holding_id);

CREATE VIEW v1_vaults -- Savings goals that are not closed.
(   vault,           -- its name
    target,          -- the amount aimed at
    currency,        -- of the target
    target_day,      -- the day aimed at
    note             -- what was noted of it
) AS
    SELECT v.name, t.amount, (SELECT key FROM asset_names WHERE id = t.currency_id), t.target_day,
           nullif(v.note, '')
    FROM vaults v JOIN vault_targets t ON t.vault_id = v.id
    WHERE t.amount IS NOT NULL AND t.id =
        (SELECT max(n.id) FROM vault_targets n WHERE n.vault_id = v.id);

CREATE VIEW v1_settings -- Every choice that was recorded, the newest of a day last.
(   id,              -- in the order in which they were recorded
    scope,           -- book, institution, account, asset or holding
    "of",            -- whose; NULL: the book's
    key,             -- lot_method, status, base_currency …
    value,           -- NULL: back to the default
    from_day,        -- from this day on; NULL: always
    recorded_at      -- when it was recorded, UTC
) AS
    SELECT s.id, s.scope, CASE s.scope
               WHEN 'institution' THEN (SELECT name FROM institutions WHERE id = s.scope_id)
               WHEN 'account' THEN (SELECT name FROM accounts WHERE id = s.scope_id)
               WHEN 'asset' THEN (SELECT key FROM asset_names WHERE id = s.scope_id)
               WHEN 'holding' THEN (SELECT account || ' ' || asset || ifnull(' ' || label, '')
                                    FROM holding_names WHERE id = s.scope_id) END,
           s.key, s.value, s.from_day, c.recorded_at
    FROM settings s JOIN commits c ON c.id = s.commit_id;

CREATE VIEW v1_commits -- The audit log: who recorded what, and when.
(   id,              -- 1, 2, 3 …
    recorded_at,     -- when, UTC
    command,         -- as typed
    user             -- who
) AS
    SELECT id, recorded_at, command, user FROM commits;

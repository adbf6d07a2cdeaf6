#!/bin/sh
# What the statements do not say: types of assets, where coins went, two vaults and a group.
# FOLIO_DB says which book, FOLIO which program.
set -eu

folio=${FOLIO:-folio}

# The broker's statements name shares and funds alike.
for share in AAPL ASML MSFT SAP; do "$folio" asset set $share --type stock; done
for fund in CSPX VWCE; do "$folio" asset set $fund --type etf; done

# The coins that left the exchange went to a wallet that is not in this book.
leg=$("$folio" transfers --account kraken -O tsv | sed -n 2p | cut -f1)
"$folio" transfers answer "$leg" untracked

# Three months of expenses: 30 % of the cash at the bank.
"$folio" vault add "Emergency fund" --target 9000 --currency EUR
"$folio" vault fill "Emergency fund" --account wise --asset EUR --percent 30 --from 2024-01-01

# A house, in three years: 60 % of the cash at the bank.
"$folio" vault add "House deposit" --target 40000 --currency EUR --by 2028-06-30
"$folio" vault fill "House deposit" --account wise --asset EUR --percent 60 --from 2024-01-01

# Everything at the broker is for the long term, what comes later included.
"$folio" group add longterm
"$folio" group tag longterm --account trading212

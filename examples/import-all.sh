#!/bin/sh
# Makes a book of the example statements and reports on it.
#
#   import-all.sh                       makes example.db in the current folder
#   FOLIO_DB=~/try.db import-all.sh     makes that one
#
# Never touches a book that is there already.  Runs from any folder, fetches nothing.
# Exit codes are folio's: 0 done, 3 done with findings, anything else is where it stopped.
set -eu

folio=${FOLIO:-folio}
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
FOLIO_DB=${FOLIO_DB:-example.db}
export FOLIO_DB

if [ -e "$FOLIO_DB" ]; then
    echo "import-all.sh: $FOLIO_DB is there already; name another one in FOLIO_DB" >&2
    exit 1
fi

# Findings (3) are for reading; anything else that is not 0 ends it here.
findings=0
run() {
    code=0
    "$@" || code=$?
    case $code in
        0) ;;
        3) findings=3 ;;
        *) exit "$code" ;;
    esac
}

run "$folio" init --currency EUR --timezone Europe/Berlin

# The bank first, then what its money went to.  Exports may overlap: rows count once.
run "$folio" import "$here"/statements/wise_*.csv --create
run "$folio" import "$here"/statements/kraken_*.csv --create
run "$folio" import "$here"/statements/trading212_*.csv --create
run "$folio" price import "$here/prices.csv"

run "$here/setup.sh"

# The statements end here, so the figures are asked for on this day.
run "$folio" rollup
run "$folio" report --as-of 2025-06-30

exit $findings

#!/bin/sh
# Brings a book up to today: takes in the statements that lie in an inbox, books the
# interest that is due, rolls up, reports, and says what wants attention.  For cron; fetches
# nothing from the network.
#
#   daily.sh INBOX
#   15 6 * * *  FOLIO_DB="$HOME/folio.db" /path/to/daily.sh "$HOME/statements/inbox"
#
# Whatever folio reads is taken: CSV, OFX, QIF, CAMT, MT940, spreadsheets, zips.  What was
# imported moves to INBOX/done; what was refused stays, with the reason on stderr, and is tried
# again the next day.  Accounts and assets are made as statements name them.
#
# Exit codes
#   0  done
#   1  refused: a statement or a step; the others were done
#   2  called wrongly
#   3  done, with findings to look at: folio status lists them
#   4  busy: another run has the inbox, or another program the book; nothing is lost
set -eu

me=daily.sh
folio=${FOLIO:-folio}

if [ $# -ne 1 ] || [ ! -d "$1" ]; then
    echo "usage: $me INBOX   (a folder that is there)" >&2
    exit 2
fi
if ! command -v "$folio" >/dev/null 2>&1; then
    echo "$me: there is no program $folio; name it in FOLIO" >&2
    exit 1
fi
inbox=$(CDPATH='' cd -- "$1" && pwd)
mkdir -p "$inbox/done"

# -- one run at a time: flock where there is one, a folder otherwise ----------------------

lock=$inbox/.daily.lock
if command -v flock >/dev/null 2>&1; then
    exec 9>"$lock"
    if ! flock -n 9; then
        echo "$me: another run has $inbox" >&2
        exit 4
    fi
else
    if ! mkdir "$lock.d" 2>/dev/null; then
        echo "$me: another run has $inbox; if none does, remove $lock.d" >&2
        exit 4
    fi
    trap 'rmdir "$lock.d"' EXIT
    trap 'exit 1' HUP INT TERM
fi

# -- the worst code wins, and the day goes on -----------------------------------------------

refused=0
findings=0

# Runs folio and leaves its code in $code.  Busy ends the run: cron comes again.
step() {
    code=0
    "$folio" "$@" || code=$?
    case $code in
        0) ;;
        3) findings=1 ;;
        4)
            echo "$me: the book is busy" >&2
            exit 4
            ;;
        *)
            refused=1
            echo "$me: refused ($code): folio $*" >&2
            ;;
    esac
}

# Moves a file to done/, under a name that is free there.
file_away() {
    name=${1##*/}
    target=$inbox/done/$name
    n=1
    while [ -e "$target" ]; do
        n=$((n + 1))
        target=$inbox/done/$n-$name
    done
    mv -- "$1" "$target"
}

# -- the day -------------------------------------------------------------------------------

for file in "$inbox"/*; do
    case $file in
        *.part | *.partial | *.crdownload | *.download | *.tmp | *~) continue ;;  # under way
    esac
    [ -f "$file" ] || continue
    step import "$file" --create
    case $code in 0 | 3) file_away "$file" ;; esac
done

step accrue
step rollup
step report
echo
step status

if [ $refused -ne 0 ]; then exit 1; fi
if [ $findings -ne 0 ]; then exit 3; fi

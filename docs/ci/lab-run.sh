#!/bin/sh
# One run on a bench of the lab: wait for the bench, run, compare with the run before, seal, keep.
#
#   lab-run.sh <output folder>
#
# RALLY_ARGS          what `rally-conformance run` is given: --bench radio --profile lab/printer.yaml
# RALLY_BENCH         name of the bench; runs on the same bench wait for one another (default: bench)
# RALLY_HISTORY       where runs are kept (default: ~/rally-history/$RALLY_BENCH)
# RALLY_KEEP          how many of them (default: 30)
# RALLY_KEY           private Ed25519 key to sign with; without it runs are sealed and not signed
# RALLY_KEEP_SECRETS  1: keep keys and PIN in the runs; else they are taken out, also of a run that failed
# RALLY_LOCK_DIR      where the locks of benches are (default: /run/lock)
# RALLY_WAIT_S        how long to wait for the bench, seconds (default: 7200)
#
# The history also keeps what the report shows trends from, in trend/; with Java only, like report.html itself.
# The output folder gets run/, summary.md, badge.json, and changes.txt and changes.html beside an earlier run.
# Exit code: that of the run; 1 when a rule got worse since the run before. 3 and 4 tell of the lab, not of the device.
set -u

usage() {
  echo "error: $1" >&2
  exit 4
}
out=${1:-}
[ -n "$out" ] || usage 'name the output folder'
[ -n "${RALLY_ARGS:-}" ] || usage 'say in RALLY_ARGS what to run'
bench=${RALLY_BENCH:-bench}
history=${RALLY_HISTORY:-$HOME/rally-history/$bench}
lock=${RALLY_LOCK_DIR:-/run/lock}/rally-conformance-$bench.lock

# Opened for reading, so that every user of the machine can wait for it. What is started here inherits the lock: the
# bench stays taken until the last process of the run is gone, even when this script is killed.
[ -e "$lock" ] || : > "$lock" || exit 3
exec 9< "$lock" || exit 3
if ! flock -w "${RALLY_WAIT_S:-7200}" 9; then
  echo "error: bench $bench was not free within ${RALLY_WAIT_S:-7200} s" >&2
  exit 3
fi

# Nothing of an earlier run may be taken for the result of this one.
[ ! -d "$out/run/bundle" ] || rm -rf "$out/run"
rm -f "$out/summary.md" "$out/badge.json" "$out/changes.txt" "$out/changes.html"
mkdir -p "$out" "$history" || exit 3

# However this ends: what is in the output folder may be uploaded, also after a bench that failed.
hide() {
  [ "${RALLY_KEEP_SECRETS:-0}" = 1 ] || [ ! -e "$out/run/bundle/run.json" ] || rally-conformance redact "$out/run"
}
trap 'ended=$?; hide || ended=3; exit "$ended"' EXIT
trap 'exit 130' HUP INT TERM

# Unquoted on purpose: several arguments.
# shellcheck disable=SC2086
rally-conformance run $RALLY_ARGS \
  --out "$out/run" --summary "$out/summary.md" --badge "$out/badge.json" --history "$history/trend"
result=$?

# A bench that failed says nothing of the device: there is nothing to compare or to keep.
case $result in
  0 | 1 | 2) ;;
  *) exit "$result" ;;
esac

# Names of kept runs, oldest first: UTC time and the number of the process, so that no two are the same.
kept() {
  ls "$history" | grep -E '^[0-9]{8}T[0-9]{6}Z-[0-9]+$' | sort
}

before=$(kept | tail -n 1)
if [ -n "$before" ]; then
  rally-conformance compare "$history/$before" "$out/run" --html "$out/changes.html" > "$out/changes.txt"
  compared=$?
  cat "$out/changes.txt"
  # Indented, so that it is shown as it is whatever a device calls itself.
  { printf '\n### Since %s\n\n' "$before"; sed 's/^/    /' "$out/changes.txt"; } >> "$out/summary.md"
  case $compared in
    0) ;;
    1) result=1 ;;
    *) [ "$result" -eq 1 ] || result=3 ;;
  esac
fi

rally-conformance seal "$out/run" ${RALLY_KEY:+--key "$RALLY_KEY"} || exit 3
hide || exit 3
trap - EXIT

# Under another name until it is whole: a copy that was cut short is never compared with.
now=$(date -u +%Y%m%dT%H%M%SZ)-$$
cp -R -p "$out/run" "$history/.$now" && mv "$history/.$now" "$history/$now" || exit 3
kept | head -n "-${RALLY_KEEP:-30}" | while read -r old; do
  rm -rf "${history:?}/$old"
done
exit "$result"

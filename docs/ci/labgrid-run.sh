#!/bin/sh
# One run on a bench that labgrid hands out: reserve a place, lock it, run lab-run.sh, give it back.
#
#   labgrid-run.sh <output folder>
#
# RALLY_PLACE_TAGS  tags of the place that is wanted, e.g. bench=rally (its exporter runs on this machine)
# and what lab-run.sh takes. LG_COORDINATOR or LG_CROSSBAR says where labgrid's coordinator is.
#
# Exit code: that of lab-run.sh; 3 when there is no place, 4 when none is named.
set -u

if [ -z "${RALLY_PLACE_TAGS:-}" ]; then
  echo 'error: say in RALLY_PLACE_TAGS which place is wanted' >&2
  exit 4
fi

# Unquoted on purpose: several tags.
# shellcheck disable=SC2086
reserved=$(labgrid-client reserve --wait --shell $RALLY_PLACE_TAGS)
waited=$?
# LG_TOKEN=..., by which the place is called + from here on. There is one also where the wait for the place failed.
LG_TOKEN=$(printf '%s\n' "$reserved" | sed -n 's/^export LG_TOKEN=//p')
if [ -z "$LG_TOKEN" ]; then
  echo 'error: labgrid gave no reservation' >&2
  exit 3
fi
export LG_TOKEN
locked=0

give_back() {
  [ "$locked" -eq 0 ] || labgrid-client -p + unlock
  labgrid-client cancel-reservation "$LG_TOKEN"
}
trap 'ended=$?; give_back; exit "$ended"' EXIT
trap 'exit 130' HUP INT TERM

[ "$waited" -eq 0 ] || exit 3
labgrid-client -p + lock || exit 3
locked=1
sh "$(dirname "$0")/lab-run.sh" "${1:-}"

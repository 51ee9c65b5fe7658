#!/bin/sh
# jari-service DATA ARGUMENTS: starts a gateway or an agent on its data folder, by the version that was committed there last, or
# by the installed one. While an upgrade is under way it is run by `jari upgrade run` of that version. README.md in upgrade/.
data=$1
shift
installed=$(dirname "$(readlink -f "$0")")
program=$installed
if [ -x "$data/upgrade/current/jari" ]; then
  program=$(readlink -f "$data/upgrade/current")
fi
export JARI_UPGRADE_DIR="$data/upgrade"
if [ -e "$data/upgrade/state.json" ]; then
  exec "$program/jari" upgrade run --data "$data" --program "$installed" -- "$@"
fi
exec "$program/jari" "$@"

#!/usr/bin/env bash
# Runs every finding, or those named, one after the other; one line each. Leaves with 1 when what one of them saw has
# changed, or when one could not run.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

if (($#)); then names=("$@"); else
  names=()
  for file in *.sh; do
    case $file in lib.sh | run.sh) ;; *) names+=("${file%.sh}") ;; esac
  done
fi

same=0 changed=0 failed=0
for name in "${names[@]}"; do
  code=0
  said=$(bash "./$name.sh" 2>&1) || code=$?
  seen=$(sed -n 's/^seen: *//p' <<<"$said")
  case $code in
    0) same=$((same + 1)) word=same ;;
    3) changed=$((changed + 1)) word=CHANGED seen="now $(sed -n 's/^figures: *//p' <<<"$said")" ;;
    *) failed=$((failed + 1)) word=FAILED seen="code $code: $(tail -n 1 <<<"$said")" ;;
  esac
  printf '%-8s %-28s %s\n' "$word" "$name" "$seen"
done
echo "$same as written, $changed changed, $failed could not run"
((changed + failed == 0))

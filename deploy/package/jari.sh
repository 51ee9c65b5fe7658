#!/bin/sh
# Starts Jari on the Node that lies beside it. README.md in deploy/ says what each setting is for and what it brings.
here=$(dirname "$(readlink -f "$0")")

# malloc: one arena, and no growing threshold below which freed memory is kept.
export MALLOC_ARENA_MAX="${MALLOC_ARENA_MAX:-1}"
export MALLOC_MMAP_THRESHOLD_="${MALLOC_MMAP_THRESHOLD_:-131072}"

# Compiled code is kept from start to start where this user may write: systemd's cache folder, else the user's own.
cache=${CACHE_DIRECTORY:-${XDG_CACHE_HOME:-${HOME:+$HOME/.cache}}}
if [ -z "${NODE_COMPILE_CACHE+set}" ] && [ -n "$cache" ]; then
  export NODE_COMPILE_CACHE="$cache/jari-compiled"
fi

# MB of young objects that are kept apart; built-in code where it lies in the binary, in place of a copy for every thread; no compiler
# between the quick one and the best one, and that one for what runs for long, not for what a start runs often; one thread beside the
# program that collects and compiles.
exec "$here/bin/node" --disable-warning=DEP0169 --no-short-builtin-calls --no-maglev --v8-pool-size=1 --invocation-count-for-turbofan=10000 "--max-semi-space-size=${JARI_SEMI_SPACE_MB:-2}" "$here/app/jari.js" "$@"

#!/bin/sh
# build.sh OUT: compiles the small native programs into OUT, each only if its sources are newer.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=$1
mkdir -p "$out"
for source in "$here"/*.c; do
  program=$out/$(basename "$source" .c)
  if [ "$program" -nt "$source" ] && [ "$program" -nt "$here/detached.h" ] \
    && [ "$program" -nt "$0" ]; then
    continue
  fi
  "${CC:-gcc}" -static -O2 -g0 -std=gnu11 -Wall -Wextra -Werror \
    -o "$program.new" "$source"
  mv "$program.new" "$program"
done

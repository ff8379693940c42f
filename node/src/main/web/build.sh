#!/bin/sh
# Bundles the web page into OUTPUT; the Maven build runs this. Usage: build.sh OUTPUT WORK [required]
# Needs node (18 or newer) and npm. Where they, or the packages of package-lock.json, are missing the
# page is left out, loudly; with "required" that is an error.
set -eu

source=$(dirname -- "$(readlink -f -- "$0")")
output=$1
work=$2
required=${3-}

left_out() {
  rm -rf -- "$output"
  cat >&2 <<EOF

==================== THE WEB PAGE IS LEFT OUT OF THIS BUILD ====================
  $1
  Everything else is built. To have the page: deploy/setup, then build again.
================================================================================

EOF
  [ "$required" != required ] || exit 1
  exit 0
}

command -v node >/dev/null 2>&1 || left_out "There is no node on this machine."
command -v npm >/dev/null 2>&1 || left_out "There is no npm on this machine."

# What the bundle depends on; where nothing has changed there is nothing to do.
now=$(cd -- "$source" && { node --version; find . -type f -print0 | sort -z | xargs -0 sha256sum; } | sha256sum)
if [ -e "$output/index.html" ] && [ "$(cat -- "$work/built" 2>/dev/null)" = "$now" ]; then
  exit 0
fi

mkdir -p -- "$work"
rm -f -- "$work/built"
rm -rf -- "$work/src"
cp -R -- "$source/." "$work/"
cd -- "$work"
packages=$(cat package.json package-lock.json | sha256sum)
if [ "$(cat installed 2>/dev/null)" != "$packages" ]; then
  rm -f installed
  npm ci --prefer-offline --loglevel=error >npm.log 2>&1 || {
    cat npm.log >&2
    left_out "npm could not fetch the packages of package-lock.json (see above)."
  }
  echo "$packages" >installed
fi
node_modules/.bin/tsc -p .
node build.mjs "$output"
echo "$now" >built

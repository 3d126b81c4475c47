#!/bin/sh
# Prints the path of the browser to test with: $CHROMIUM, else the first one on PATH.
# With --install, asks apt for one where there is none.
set -u

find_browser() {
  if [ -n "${CHROMIUM:-}" ]; then
    command -v "$CHROMIUM" && return 0
  fi
  for name in chromium chromium-browser google-chrome google-chrome-stable chrome; do
    command -v "$name" && return 0
  done
  return 1
}

find_browser && exit 0

if [ "${1:-}" = --install ] && command -v apt-get >/dev/null; then
  as_root=
  [ "$(id -u)" = 0 ] || as_root='sudo -n'
  echo 'No Chromium found; installing it with apt-get …' >&2
  $as_root apt-get update -qq >&2 &&
    DEBIAN_FRONTEND=noninteractive $as_root apt-get install -qq -y --no-install-recommends \
      chromium >&2
  find_browser && exit 0
fi

echo 'The browser tests need Chromium or Chrome. Install it (Debian: apt install chromium),' >&2
echo 'or name the program in the environment variable CHROMIUM.' >&2
exit 1

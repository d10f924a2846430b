#!/usr/bin/env bash
# The browser tests need Chromium and Chinese glyphs, PDF files need Pango. Where we may install Debian
# packages we do; elsewhere the tests are skipped and say so (with SURVEYAPP_STRICT=1 they fail instead).
set -u
missing=()
command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 || missing+=(chromium)
fc-list 2>/dev/null | grep -qi "cjk" || missing+=(fonts-noto-cjk)
fc-list 2>/dev/null | grep -qi "dejavusans.ttf" || missing+=(fonts-dejavu-core)
declare -A libraries=([libpango-1.0.so.0]=libpango-1.0-0 [libpangoft2-1.0.so.0]=libpangoft2-1.0-0 [libharfbuzz-subset.so.0]=libharfbuzz-subset0)
known=$(PATH="$PATH:/sbin:/usr/sbin" ldconfig -p 2>/dev/null)
for file in "${!libraries[@]}"; do
  [[ $known == *"$file "* ]] || missing+=("${libraries[$file]}")
done
[ ${#missing[@]} -eq 0 ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "Installing ${missing[*]} for the browser tests …"
  log=$(mktemp)
  (apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}") >"$log" 2>&1 || tail -n 5 "$log"
else
  echo "Not installed: ${missing[*]}. Browser and PDF tests will be skipped (install them with your package manager)."
fi
exit 0

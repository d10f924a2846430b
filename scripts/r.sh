#!/usr/bin/env bash
# The R script beside an export is tested by running it, which needs R, its package survey, and MASS, by which
# survey calibrates and which comes with most installations of R, but not with Debian's smallest. Where we may
# install Debian packages we do; elsewhere its tests are skipped and say so (with SURVEYAPP_STRICT=1 they fail instead).
set -u
Rscript -e 'stopifnot(requireNamespace("survey", quietly = TRUE), requireNamespace("MASS", quietly = TRUE))' >/dev/null 2>&1 && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "Installing r-base-core r-cran-mass r-cran-survey for the tests of the R script …"
  log=$(mktemp)
  (apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends r-base-core r-cran-mass r-cran-survey) >"$log" 2>&1 || tail -n 5 "$log"
else
  echo "Not installed: R with its packages survey and MASS. The R script of an export will not be run (install both to run it)."
fi
exit 0

# Calibrated designs of the api data: the rows as rows.csv, figures and weights as JSON lines.
suppressMessages(library(survey))
data(api)
options(survey.lonely.psu = "adjust", digits = 17)

vec <- function(x) paste0("[", paste(format(as.numeric(x), digits = 17, trim = TRUE), collapse = ","), "]")
say <- function(design, calibration, ...) {
  parts <- list(...)
  fields <- mapply(function(name, x) sprintf('"%s": %s', name, vec(x)), names(parts), parts)
  cat(sprintf('{"design": "%s", "calibration": "%s", %s}\n', design, calibration, paste(fields, collapse = ", ")))
}

keep <- c("stype", "sch.wide", "awards", "both", "dnum", "pw", "fpc", "api00", "api99", "enroll")
strat <- apistrat[, keep]
strat$enroll[c(5, 77, 140)] <- NA
clus <- apiclus1[, keep]
mixed <- apistrat[, keep]
mixed$fpc <- c(E = 700, H = 350, M = 420)[as.character(mixed$stype)]
lonely <- apistrat[c(1:60, 101, 151:180), keep]
lonely$fpc <- NULL

designs <- list(
  strat = svydesign(~1, strata = ~stype, weights = ~pw, fpc = ~fpc, data = strat),
  clus = svydesign(~dnum, weights = ~pw, fpc = ~fpc, data = clus),
  mixed = svydesign(~dnum, strata = ~stype, weights = ~pw, fpc = ~fpc, data = mixed, nest = TRUE),
  lonely = svydesign(~1, strata = ~stype, weights = ~pw, data = lonely)
)
type <- c(E = 4421, H = 755, M = 1018)
totals <- c(`(Intercept)` = 6194, stypeH = 755, stypeM = 1018, sch.wideYes = 5122)
types <- data.frame(stype = names(type), Freq = as.numeric(type))
wides <- data.frame(sch.wide = c("No", "Yes"), Freq = c(1072, 5122))
strange <- c(`(Intercept)` = 6194, stypeH = 900, stypeM = 1018, sch.wideYes = 4600)
raking <- function(d, totals, ...) {
  found <- function() calibrate(d, ~ stype + sch.wide, totals, calfun = "raking", epsilon = 1e-12, maxit = 500, ...)
  suppressWarnings(try(found(), silent = TRUE))
}
ways <- list(
  linear = function(d) calibrate(d, ~ stype + sch.wide, totals),
  raking = function(d) raking(d, totals),
  bounded = function(d) raking(d, totals, bounds = c(0.7, 1.6)),
  tight = function(d) raking(d, strange, bounds = c(0.6, 1.5)),
  poststratified = function(d) postStratify(d, ~stype, types),
  raked = function(d) rake(d, list(~stype, ~sch.wide), list(types, wides), control = list(maxit = 500, epsilon = 1e-9))
)

for (name in names(designs)) {
  plain <- designs[[name]]
  write.csv(plain$variables, paste0(name, ".csv"), row.names = FALSE)
  for (way in names(ways)) {
    d <- ways[[way]](plain)
    if (inherits(d, "try-error")) next
    w <- weights(d)
    mean <- svymean(~enroll, d, na.rm = TRUE, deff = TRUE)
    total <- svytotal(~enroll, d, na.rm = TRUE)
    ratio <- svyratio(~api00, ~api99, d)
    by <- svyby(~api00, ~awards, d, svymean)
    # svyby(covmat = TRUE) of survey 4.1-1 fails on a calibrated design: the totals of its influences
    one <- as.numeric(d$variables$awards == "No")
    size <- coef(svytotal(~one, update(d, one = one)))
    d <- update(d, e1 = one * (api00 - coef(by)[1]) / size, e2 = (1 - one) * (api00 - coef(by)[2]) / (sum(w) - size))
    q <- as.numeric(coef(svyquantile(~api00, d, 0.4, qrule = "school", ci = FALSE)))
    d <- update(d, below = as.numeric(api00 <= q))
    reach <- qt(0.975, degf(d)) * SE(svymean(~below, d))
    ends <- coef(svyquantile(~api00, d, c(0.4 - reach, 0.4 + reach), qrule = "school", ci = FALSE))
    part <- subset(d, sch.wide == "Yes")
    inside <- svymean(~api00, part)
    chi <- svychisq(~ awards + both, d, statistic = "F")
    other <- svychisq(~ awards + stype, d, statistic = "F")
    say(name, way,
      weights = w, mean = c(coef(mean), SE(mean), deff(mean), degf(d)), total = c(coef(total), SE(total)),
      ratio = c(coef(ratio), SE(ratio)), means = coef(by), ses = SE(by), covariance = vcov(svytotal(~ e1 + e2, d)),
      quantile = c(q, ends), domain = c(coef(inside), SE(inside)),
      association = c(chi$statistic, chi$parameter, chi$p.value), typed = c(other$statistic, other$parameter, other$p.value),
      certain = c(SE(svytotal(~stype, d)))
    )
  }
}

for (name in c("strat", "clus", "mixed")) {
  replicates <- as.svrepdesign(designs[[name]], type = if (name == "clus") "JK1" else "JKn", mse = TRUE)
  d <- calibrate(replicates, ~ stype + sch.wide, totals, calfun = "raking", epsilon = 1e-12)
  say(name, "jackknife", weights = weights(d, "sampling"), mean = SE(svymean(~api00, d)), total = SE(svytotal(~api00, d)))
}

# The headline of a study from its exported CSV file. Needs the package "survey".
# 由导出的 CSV 文件重新计算研究的主要结果，需要 survey 包。
if (!requireNamespace("survey", quietly = TRUE)) {
  stop("Install it first. 请先安装: install.packages(\"survey\")")
}
suppressPackageStartupMessages(library(survey))
options(survey.lonely.psu = "adjust") # a stratum with a single unit: about the overall mean

#@PLAN

# Beside this script, wherever it is run from; else in the working directory.
script <- sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))
script <- gsub("~+~", " ", script, fixed = TRUE) # so R writes blanks there
path <- file.path(if (length(script)) dirname(script[1]) else ".", plan$file)
if (!file.exists(path)) path <- plan$file

sha256 <- if (exists("sha256sum", asNamespace("tools"))) { # R 4.5 and later
  unname(get("sha256sum", asNamespace("tools"))(path))
} else if (requireNamespace("digest", quietly = TRUE)) {
  digest::digest(path, algo = "sha256", file = TRUE)
} else {
  NA
}
if (!is.na(sha256) && sha256 != plan$sha256) {
  warning("The file is not the one that this was made for. 注意：文件与导出时不一致。")
}
# encoding marks the text and converts nothing: also right where the locale knows no Chinese.
rows <- read.csv(path, colClasses = "character", na.strings = character(0),
                 check.names = FALSE, encoding = "UTF-8")
names(rows)[1] <- sub("^\ufeff", "", names(rows)[1]) # the byte order mark, which Excel needs
rows <- rows[rows$analysis_weight != "", , drop = FALSE]
numbers <- function(column) suppressWarnings(as.numeric(column))

# Points from 0 to 10 of one scored column.
points_of <- function(element) {
  cells <- rows[[element$column]]
  if (element$kind == "options") return(unname(element$points[match(cells, names(element$points))]))
  y <- numbers(cells)
  if (element$kind == "steps") {
    distance <- if (element$better == "lower") y - element$best else element$best - y
    begun <- pmax(ceiling(round(distance / element$step, 9)), 0) # rounded: decimals are not binary
    return(pmax(element$full - begun * element$off, 0))
  }
  share <- (y - element$low) / (element$high - element$low)
  10 * (if (element$reverse) 1 - share else share)
}

# Index from 0 to 100: the mean of the elements, where at least half of them are answered.
dimension_of <- function(elements) {
  values <- do.call(cbind, lapply(elements, points_of))
  answered <- rowSums(!is.na(values))
  ifelse(answered > 0 & answered >= ncol(values) / 2, 10 * rowMeans(values, na.rm = TRUE), NA)
}

# The weighted mean of the dimensions that a row has, if they carry half of the weight.
total_of <- function(scores, weights) {
  used <- weights != 0
  if (!any(used)) return(rep(NA_real_, nrow(rows)))
  values <- do.call(cbind, scores[used])
  units <- 100 * weights[used]
  carried <- as.vector((!is.na(values)) %*% units)
  values[is.na(values)] <- 0
  summed <- as.vector(values %*% units)
  ifelse(carried > 0 & carried >= sum(units) / 2, summed / carried, NA)
}

scores <- lapply(plan$dimensions, function(d) dimension_of(d$elements))
weights <- vapply(plan$dimensions, function(d) d$weight, numeric(1))
measures <- list(total = total_of(scores, weights))
for (i in seq_along(scores)) {
  measures[[paste("dimension", plan$dimensions[[i]]$id)]] <- scores[[i]]
}
if (!is.null(plan$nps)) {
  score <- numbers(rows[[plan$nps]])
  measures[["nps"]] <- ifelse(is.na(score), NA, 100 * (score >= 9) - 100 * (score <= 6))
}

# The design: strata, stores where they were drawn first, customers in each stratum.
frame <- data.frame(w = numbers(rows$analysis_weight), h = rows$stratum)
if ("period" %in% names(rows)) frame$h <- paste(rows$period, rows$stratum) # samples of their own
frame$u <- sprintf("row %d", seq_len(nrow(rows)))
if (plan$design == "replacement" && "cluster" %in% names(rows)) {
  frame$u <- ifelse(rows$cluster == "", frame$u, rows$cluster)
}
if (plan$design == "simple") {
  frame$h <- rep("all", nrow(rows))
} else if (plan$design == "stratified") {
  answers <- ave(frame$w, frame$h, FUN = length)
  frame$N <- pmax(numbers(rows$stratum_size), answers)
}

# The regression on the margins of a raking, whose totals do not vary: as after calibrate().
if (!is.null(plan$raked)) {
  indicators <- do.call(cbind, lapply(plan$raked$margins, function(name) {
    categories <- setdiff(unique(rows[[name]]), "") # blank: left alone
    vapply(categories, function(one) as.numeric(rows[[name]] == one), numeric(nrow(rows)))
  }))
  before <- sqrt(numbers(rows[[plan$raked$before]]))
  regression <- qr(indicators * before)
}

# The standard error of a mean under the design.
error_of <- function(y, found, sample) {
  if (is.null(plan$raked)) return(SE(found)[[1]])
  used <- !is.na(y)
  away <- ifelse(used, y - coef(found)[[1]], 0) / sum(frame$w[used])
  left <- qr.resid(regression, away * before) / before * frame$w
  sqrt(svyrecvar(as.matrix(left), sample$cluster, sample$strata, sample$fpc)[[1]])
}

estimate <- function(name) {
  frame$y <- measures[[name]]
  n <- sum(!is.na(frame$y))
  if (n == 0) return(data.frame(measure = name, n = 0, mean = NA, se = NA, low = NA, high = NA))
  sample <- if (plan$design == "stratified") {
    svydesign(ids = ~u, strata = ~h, weights = ~w, fpc = ~N, data = frame, nest = TRUE)
  } else {
    svydesign(ids = ~u, strata = ~h, weights = ~w, data = frame, nest = TRUE)
  }
  found <- svymean(~y, sample, na.rm = TRUE)
  df <- degf(sample)
  if (df < 1 || n < 2) {
    return(data.frame(measure = name, n = n, mean = coef(found)[[1]], se = NA, low = NA, high = NA))
  }
  se <- error_of(frame$y, found, sample)
  ends <- coef(found)[[1]] + c(-1, 1) * qt(0.975, df) * se
  lowest <- if (name == "nps") -100 else 0
  data.frame(measure = name, n = n, mean = coef(found)[[1]], se = se,
             low = max(ends[1], lowest), high = min(ends[2], 100))
}

result <- do.call(rbind, lapply(names(measures), estimate))
expected <- do.call(rbind, lapply(names(plan$expected), function(name) {
  shown <- plan$expected[[name]][["mean"]]
  data.frame(measure = name, platform = if (is.null(shown)) NA else shown)
}))
shown <- merge(result, expected, by = "measure", sort = FALSE)
shown$difference <- signif(shown$mean - shown$platform, 2)
print(shown, digits = 10, row.names = FALSE)

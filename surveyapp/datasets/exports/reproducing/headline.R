# The headline of a study from its exported CSV file. Needs the package "survey".
# 由导出的 CSV 文件重新计算研究的主要结果，需要 survey 包。
library(survey)
options(survey.lonely.psu = "adjust") # a stratum with a single unit: about the overall mean

#@PLAN

if (requireNamespace("digest", quietly = TRUE)) {
  if (digest::digest(plan$file, algo = "sha256", file = TRUE) != plan$sha256) {
    warning("The file is not the one that this was made for. 注意：文件与导出时不一致。")
  }
}
rows <- read.csv(plan$file, colClasses = "character", na.strings = character(0),
                 check.names = FALSE, fileEncoding = "UTF-8-BOM")
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
  ends <- confint(found, df = df)
  lowest <- if (name == "nps") -100 else 0
  data.frame(measure = name, n = n, mean = coef(found)[[1]], se = SE(found)[[1]],
             low = max(ends[1], lowest), high = min(ends[2], 100))
}

result <- do.call(rbind, lapply(names(measures), estimate))
expected <- do.call(rbind, lapply(names(plan$expected), function(name) {
  shown <- plan$expected[[name]][["mean"]]
  data.frame(measure = name, platform = if (is.null(shown)) NA else shown)
}))
print(merge(result, expected, by = "measure", sort = FALSE), digits = 10, row.names = FALSE)

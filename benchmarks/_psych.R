# psych's alpha, KMO and Bartlett, timed by R itself, and R's own floor: crossprod of the same matrix.
# Rscript _psych.R FILE K ROUNDS: FILE holds the answers as bytes, item by item.
words <- commandArgs(TRUE)
k <- as.integer(words[2])
rounds <- as.integer(words[3])
x <- matrix(as.double(readBin(words[1], "integer", n = file.size(words[1]), size = 1)), ncol = k)
colnames(x) <- paste0("q", seq_len(k))
frame <- as.data.frame(x)
seconds <- function(job) {
  median(vapply(seq_len(rounds), function(i) {
    gc(FALSE)
    sum(system.time(suppressWarnings(suppressMessages(job())))[1:2])
  }, numeric(1)))
}
tell <- function(name, job) cat(sprintf("%s\t%.6f\n", name, seconds(job)))
tell("R crossprod", function() crossprod(x))
if (requireNamespace("psych", quietly = TRUE)) {
  tell("psych alpha", function() psych::alpha(frame, check.keys = FALSE))
  tell("psych KMO", function() psych::KMO(frame))
  tell("psych Bartlett", function() psych::cortest.bartlett(frame))
}

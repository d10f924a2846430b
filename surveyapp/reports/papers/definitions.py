"""The definitions at the end of every report: what its figures are called and mean."""

from surveyapp.findings import N_

DEFINITIONS = (
    (
        N_("NPS"),
        N_(
            "Per cent of promoters (9 and 10) less per cent of detractors (0 to 6) "
            "among the answers to the recommendation question, −100 to 100."
        ),
    ),
    (
        N_("CSAT"),
        N_("Share of the two highest points of a satisfaction question, with Wilson's interval."),
    ),
    (
        N_("CES"),
        N_("Mean of the question how easy it was; 7 is the least effort."),
    ),
    (
        N_("Index and weighted total"),
        N_(
            "Every answer is rescaled to 0 to 100 (reversed statements are turned "
            "round), a dimension is the mean of its items, the total is the mean of "
            "the dimensions by their weights. Who answered fewer than half of a "
            "dimension has no score in it."
        ),
    ),
    (
        N_("95 % interval"),
        N_(
            "Where the figure of all customers lies in 95 of 100 such samples, "
            "computed under the sampling design (linearised, strata and finite "
            "population counted)."
        ),
    ),
    (
        N_("Places and bands"),
        N_(
            "A group's place runs from 1 + those surely better to all − those surely "
            "worse, for all groups at once (Holm). Neighbours in one band cannot be "
            "told apart."
        ),
    ),
    (
        N_("Change"),
        N_(
            "A difference between two periods is called a change when its 95 % "
            "interval, under the design of both samples, leaves out 0."
        ),
    ),
    (
        N_("Three to improve"),
        N_(
            "Dimensions in the order of weight × (100 − mean): the points of the "
            "total that are lost there. The order follows the estimates; neighbours "
            "may change places by chance."
        ),
    ),
    (
        N_("Withheld"),
        N_(
            "Figures of fewer than {least} answers are not published: they say "
            "little of the whole and much of single people."
        ),
    ),
)
"""Term, sentence; `least`: the fewest answers behind a figure."""

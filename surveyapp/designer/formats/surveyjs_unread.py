"""Properties of a SurveyJS file that nothing here reads: each is named, looks only once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from surveyapp.designer.formats.draft import Draft
from surveyapp.findings import N_


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_COMMON = _names(
    "type name title description visible visibleIf enableIf isRequired requiredIf validators"
    " defaultValue defaultValueExpression setValueIf choicesByUrl choicesEnableIf correctAnswer"
    " inputMask maskType valueName showCommentArea hasComment commentText id"
)
_CHOICES = _names(
    "choices choicesOrder choicesFromQuestion choicesFromQuestionMode choicesVisibleIf choicesMin"
    " choicesMax choicesStep showNoneItem hasNone noneText showRefuseItem refuseText"
    " showDontKnowItem dontKnowText showOtherItem hasOther otherText maxSelectedChoices"
    " minSelectedChoices showSelectAllItem hasSelectAll selectToRankEnabled multiSelect"
)
_OF_KINDS: Mapping[str, str] = {
    "text": "inputType min max step maxLength minValueExpression maxValueExpression",
    "comment": "maxLength",
    "rating": "rateMin rateMax rateStep rateCount rateValues rateType rateDisplayMode autoGenerate"
              " minRateDescription maxRateDescription mininumRateDescription"
              " maximumRateDescription",
    "boolean": "labelTrue labelFalse valueTrue valueFalse renderAs label",
    "matrix": "columns rows eachRowRequired isAllRowRequired rowOrder rowsOrder",
    "matrixdropdown": "columns rows choices cellType",
    "html": "html", "image": "imageLink", "file": "allowMultiple acceptedTypes sourceType",
    "expression": "expression", "multipletext": "items",
    "panel": "elements questions templateElements",
    "page": "elements questions questionOrder questionsOrder",
    "survey": "pages elements questions questionsOrder locale triggers calculatedValues"
              " completedHtml completedHtmlOnCondition navigateToUrl navigateToUrlOnCondition"
              " maxTimeToFinish timeLimit logo quizMode",
    "choice": "value text imageLink enableIf", "row": "value text", "column": "value text",
}  # fmt: skip
_LOOKS = _names(
    "startWithNewLine width minWidth maxWidth titleLocation descriptionLocation hideNumber"
    " showNumber indent innerIndent rightIndent leftIndent colCount itemSize labelLocation"
    " placeholder placeHolder optionsCaption allowClear showClearButton size rows cols autoGrow"
    " allowResize rateColorMode scaleColorMode displayMode separateSpecialChoices swapOrder"
    " displayRateDescriptionsAsExtremeItems imageHeight imageWidth imageFit contentMode showLabel"
    " questionTitleLocation questionTitleWidth questionStartIndex showQuestionNumbers state"
    " columnMinWidth columnColCount rowTitleWidth verticalAlign alternateRows showHeader"
    " cellHeight cellWidth textUpdateMode searchEnabled searchMode closeOnSelect itemCount"
    " hideSelectedItems renderAs renderMode autocomplete errorLocation commentPlaceholder"
    " otherPlaceHolder otherPlaceholder selectToRankAreasLayout selectToRankEmptyRankedAreaText"
    " selectToRankEmptyUnrankedAreaText longTap displayStyle currency maximumFractionDigits"
    " minimumFractionDigits precision useGrouping format storeDataAsText waitForUpload"
    " allowImagesPreview showPreview needConfirmRemoveFile horizontalScroll showProgressBar"
    " progressBarType progressBarLocation progressBarShowPageNumbers progressBarShowPageTitles"
    " progressBarInheritWidthFrom showTitle showPageTitles showPageNumbers questionErrorLocation"
    " questionDescriptionLocation logoPosition logoWidth logoHeight logoFit widthMode headerView"
    " theme themeVariables fitToContainer showTOC tocLocation backgroundImage backgroundOpacity"
    " backgroundImageFit backgroundImageAttachment showNavigationButtons navigationButtonsLocation"
    " showPrevButton goNextPageAutomatic autoAdvanceEnabled autoAdvanceAllowComplete"
    " checkErrorsMode focusFirstQuestionAutomatic autoFocusFirstQuestion focusOnFirstError"
    " autoGrowComment requiredText requiredMark showCompletedPage showCompletePage"
    " completedHtmlShow cookieName storeOthersAsComment clearInvisibleValues mode"
    " maxOthersLength questionsOnPageMode sendResultOnPageNext partialSendEnabled"
    " css gridLayoutColumns surveyId surveyPostId"
)
_NAMED = {
    "requiredErrorText": N_("What is said of a missing answer is worded by the page here."),
    "readOnly": N_("Every question can be answered here."),
}
_ALWAYS = (None, "", False, "default", "initial", "edit", "off")
_ITEMS = frozenset({"choice", "row", "column"})


def unread(part: Mapping[str, Any], kind: str, place: str, draft: Draft, of: str = "") -> None:
    """Name what `part` has and its reader does not know. of: before it, for a part of a part."""
    own = _OF_KINDS.get(kind, "").split()
    known = {*own, *(() if kind in _ITEMS else _COMMON), *(() if own else _CHOICES)}
    rest = [key for key in part if key not in known and _says(part[key])]
    looks = [key for key in rest if key in _LOOKS]
    if looks:
        why = N_("How a question looks is decided by the page here.")
        draft.told(place, " ".join([*filter(None, [of]), *sorted(looks)]), why)
    for key in rest:
        if key not in _LOOKS:
            why = _NAMED.get(key, N_("This setting has no counterpart here."))
            draft.lost(place, f"{of} {key}: {part[key]}".strip(), why)


def of_items(items: object, kind: str, place: str, draft: Draft, read: Iterable[str] = ()) -> None:
    """The same of each choice, row or column of a question; `read` is known there besides."""
    for number, one in enumerate(items if isinstance(items, list) else (), 1):
        if isinstance(one, dict):
            plain = {key: value for key, value in one.items() if key not in read}
            unread(plain, kind, place, draft, f"{kind} {number}")


def _says(value: object) -> bool:
    """Whether a property differs from what it is where nobody sets it."""
    return value not in _ALWAYS and value not in ([], {})

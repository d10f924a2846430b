"""What a text from a customer means: an opt-out, a call for help, or a reply. Pure.

Generous with opt-outs, for whoever was not understood is texted against their will: any usual
wording counts, in simplified or traditional characters, with blanks, dots or invisible characters
in between, in half or full width. Only who says that they do *not* want to leave stays.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

STOP = frozenset(
    {"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"}
    | {
        "t",
        "td",
        "tt",
        "n",
        "qx",
        "退",
        "取消",
        "拒绝",
        "拒絕",
        "停止",
        "停",
        "取关",
        "取關",
        "勿扰",
    }
)
"""Whole texts that opt out, as people write them, without blanks."""
HELP = frozenset({"help", "info", "帮助", "幫助", "?"})
FEW_WORDS = 5
"""A stop word in a longer text may be part of a story."""
SHORT = 12
"""Letters of a text that may be a code with a word of thanks."""
_NOISE = re.compile(r"[^\w?]+")
_STAYS = re.compile(
    r"(不想|不要|不用|不必|无需|無需|别|別)(再|给我|給我|帮我|幫我)*(退订|退訂|取消订阅|取消訂閱)"
    r"|^我?不(退订|退訂)$"
)
_NO = r"(?:不要|不用|别|別|勿|停止)(?:再|给我|給我|来|來)*"
_THINGS = r"(?:短信|简讯|簡訊|信息|訊息|消息|邮件|郵件|推送|通知|广告|廣告)"
_PHRASES = re.compile(
    r"退订|退訂|拒收|取消订阅|取消訂閱"
    rf"|{_NO}(?:打扰|打擾|骚扰|騷擾|烦|煩)"
    rf"|{_NO}[发發](?![货貨错錯票快生现現热熱炎黄黃霉烂爛])"
    rf"|(?:不想|不要|不愿|不願|不希望)再?(?:收到|接收|收)(?:[^,。]{{0,8}}{_THINGS}|了?$)"
)
_CODE = re.compile(r"^(回|回复|回覆)?td(?![a-z0-9])|(?<![a-z0-9])td$")
_STOP_WORD = re.compile(r"\b(stop|unsubscribe|opt out|remove me)\b")
_NOT_STOP = re.compile(r"\b(non|never|don t|dont|didn t|can t|won t) ?stop")


def plain(body: str) -> str:
    """A text without case, width and punctuation, as words of it are compared."""
    return _NOISE.sub(" ", unicodedata.normalize("NFKC", body).casefold()).strip()


def classify(body: str, more: Collection[str] = ()) -> str:
    """`opt_out`, `help` or `reply`. more: whole texts that opt out here, too."""
    text = plain(body)
    if _opts_out(text, {plain(word).replace(" ", "") for word in more} - {""}):
        return "opt_out"
    return "help" if text in HELP else "reply"


def _opts_out(text: str, more: Collection[str]) -> bool:
    joined = text.replace(" ", "")
    if joined in STOP or joined in more:
        return True
    if _PHRASES.search(_STAYS.sub(" ", joined)):
        return True
    if len(joined) <= SHORT and _CODE.search(joined):
        return True
    few = len(text.split()) <= FEW_WORDS
    return bool(few and _STOP_WORD.search(text) and not _NOT_STOP.search(text))

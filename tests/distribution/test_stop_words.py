"""Which texts of customers are opt-outs, as people really write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.distribution.stop_words import STOP, classify

LEAVES = """退订| 退 订 |退​订|退。订|【退订】|退订！！|請退訂|取消訂閱|请问怎么退订啊？
为什么还不给我退订|退订不了|回复TD退订|ＴＤ|t d|T.D.|Ｔ。|TT|N|TD谢谢|td，谢谢|回TD
我要TD|退|取消|停止發送|停止发送短信|取关|拒收短信|不要再发了|别发了|不要發短信
请不要再给我发信息|以后不要再给我发短信了|别再发短信了|别烦我|请勿打扰|不要來煩我
我不想收到短信|不想再收到|不希望再收到你们的广告|STOP|stop.|S T O P|S.T.O.P
Stop please|please stop texting me|Opt-Out"""
STAYS = """我不想退订|不要退订|别给我退订|不退订|我要退货|退款|取消订单|取消预约|没有收到短信
收到了，谢谢|TDK|LCDTD型号是多少呢请问|别发错货|不要再发货了先等等|别发生这种事
T恤很好|The TD bank card did not work|no|10|9分|the bus stop is near the store today
don't stop|non-stop service|我不想收到坏的商品"""


@pytest.mark.parametrize("body", LEAVES.replace("\n", "|").split("|"))
def test_whoever_wants_no_more_texts_is_understood(body: str) -> None:
    assert classify(body) == "opt_out"


@pytest.mark.parametrize("body", STAYS.replace("\n", "|").split("|"))
def test_whoever_says_something_else_stays(body: str) -> None:
    assert classify(body) == "reply"


def test_who_first_says_no_and_then_leaves_leaves() -> None:
    assert classify("不要退订费，退订") == "opt_out"


NOISE = st.text(" .。,，!！~～\u200b\u3000\n", max_size=3)
WIDE = {chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)}


@given(
    st.sampled_from(sorted(STOP | {"退订"})), st.lists(NOISE, min_size=20, max_size=20), st.data()
)
def test_blanks_dots_case_and_width_change_nothing(
    word: str, noise: list[str], data: st.DataObject
) -> None:
    letters = [
        data.draw(st.sampled_from([letter, letter.upper(), WIDE.get(letter, letter)]))
        for letter in word
    ]
    body = "".join(n + letter for n, letter in zip(noise, letters, strict=False)) + noise[-1]
    assert classify(body) == "opt_out"


def test_the_house_s_own_words_count_as_whole_texts() -> None:
    assert classify("休 矣！", ("休矣", " ")) == "opt_out"
    assert classify("休矣了", ("休矣",)) == "reply"
    assert classify("", ("休矣", "")) == "reply"
    assert classify("help") == classify("？") == "help"

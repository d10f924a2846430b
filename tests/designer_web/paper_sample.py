"""A questionnaire with every kind of question and everything that paper must put into words."""

from surveyapp.designer.versions import load


def _both(en, zh):
    return {"en": en, "zh-Hans": zh}


YES_NO = [
    {"id": "yes", "label": _both("Yes", "是")},
    {"id": "no", "label": _both("No", "否"), "other": True},
]
THINGS = [{"id": f"t{n}", "label": _both(f"Thing {n}", f"事项{n}")} for n in range(1, 5)]
AGREE = {
    "points": 5,
    "labels": {"1": _both("Disagree", "不同意"), "5": _both("Agree", "同意")},
}


SATISFIED = [
    ("Very dissatisfied", "非常不满意"),
    ("Dissatisfied", "不满意"),
    ("Neither", "一般"),
    ("Satisfied", "满意"),
    ("Very satisfied", "非常满意"),
]


def _ask(name, kind, en, zh, **more):
    return {"id": name, "type": kind, "title": _both(en, zh), **more}


SAMPLE = load(
    {
        "title": _both("Everything on paper", "纸上的一切"),
        "introduction": _both("Thank you for\nyour time.", "感谢您\n抽出时间。"),
        "thank_you": _both("Goodbye, {customer.city|friend}.", "再见，{customer.city|朋友}。"),
        "pages": [
            {
                "id": "one",
                "title": _both("First", "第一部分"),
                "questions": [
                    _ask("hello", "information", "Please read this.", "请阅读。"),
                    _ask(
                        "bought",
                        "single",
                        "Did you buy?",
                        "您购买了吗？",
                        options=YES_NO,
                        required=True,
                    ),
                    _ask("what", "multiple", "What?", "什么？", options=THINGS, at_most=2),
                    _ask(
                        "best",
                        "ranking",
                        "Which is best?",
                        "哪个最好？",
                        carry={"question": "what"},
                        options=[{"id": "none", "label": _both("None", "都不")}],
                    ),
                ],
                "screen_outs": [
                    {
                        "id": "out",
                        "when": {"==": [{"answer": "bought"}, "no"]},
                        "message": _both("We ask buyers only.", "本次只询问购买者。"),
                    }
                ],
            },
            {
                "id": "two",
                "title": _both("Second", "第二部分"),
                "show": {"==": [{"answer": "bought"}, "yes"]},
                "questions": [
                    _ask(
                        "likert",
                        "likert",
                        "I am happy",
                        "我满意",
                        scale=AGREE,
                        missing=["dont_know"],
                    ),
                    _ask(
                        "grid",
                        "likert_grid",
                        "About us",
                        "关于我们",
                        scale=AGREE,
                        items=[
                            {"id": "fast", "label": _both("Fast", "快")},
                            {"id": "kind", "label": _both("Kind", "友好")},
                        ],
                        missing=["not_applicable"],
                    ),
                    _ask(
                        "nps",
                        "nps",
                        "Recommend us?",
                        "推荐我们吗？",
                        low=_both("Never", "绝不"),
                        high=_both("Surely", "一定"),
                    ),
                    _ask(
                        "ces",
                        "ces",
                        "Was it easy?",
                        "容易吗？",
                        low=_both("Hard", "难"),
                        high=_both("Easy", "易"),
                    ),
                    _ask(
                        "csat",
                        "csat",
                        "Satisfied?",
                        "满意吗？",
                        labels={
                            str(n): _both(word, zh) for n, (word, zh) in enumerate(SATISFIED, 1)
                        },
                    ),
                    _ask("stars", "stars", "Stars", "星级"),
                    _ask(
                        "why",
                        "long_text",
                        "You said {likert|something}. Why? {{really}}",
                        "您选择了{likert|某项}，为什么？",
                        show={"<=": [{"answer": "grid.kind"}, 2]},
                    ),
                ],
            },
            {
                "id": "three",
                "questions": [
                    _ask(
                        "spent",
                        "number",
                        "Spent",
                        "花费",
                        minimum=0,
                        maximum=1000,
                        unit=_both("yuan", "元"),
                    ),
                    _ask("age", "number", "Age", "年龄", minimum=18),
                    _ask("visits", "number", "Visits", "次数", maximum=9.5, missing=["refused"]),
                    _ask("day", "date", "When?", "哪一天？", latest="today"),
                    _ask("name", "short_text", "Name", "姓名"),
                    _ask(
                        "agree",
                        "consent",
                        "Agreement",
                        "同意书",
                        statement=_both("Use my data.", "使用我的数据。"),
                    ),
                    _ask("card", "photo", "Your card", "意见卡"),
                ],
            },
            {"id": "empty"},
        ],
    }
)

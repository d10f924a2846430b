"""Alibaba Cloud's SMS service (Dysmsapi 2017-05-25): approved templates, variables, 【signature】.

Links may stand in such a text only as a fixed address of the template with a variable at its end:
`https://s.example.com/r/${code}`. The template of each kind and language is named in the channel's
options: `template_invitation = "SMS_1"`, `template_invitation_en = "SMS_2"`; the variables that it
has in `variables` (default name, store, code).
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable
from datetime import UTC, timedelta
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import requests

from surveyapp import clock
from surveyapp.distribution.sms import aliyun_signature
from surveyapp.distribution.sms.calling import lost, session
from surveyapp.distribution.sms.channel import Channel
from surveyapp.distribution.sms.limits import mainland
from surveyapp.distribution.sms.provider import (
    READ_SECONDS,
    Ending,
    Known,
    Outcome,
    Text,
    UnreachableError,
)

VERSION = "2017-05-25"
ENDPOINT = "https://dysmsapi.aliyuncs.com"
VARIABLES = "name,store,code"
LONGEST_VARIABLE = 35
"""Characters that a variable may have; longer names are cut, longer codes do not occur."""
BUSINESS_ZONE = ZoneInfo("Asia/Shanghai")
STATUSES = {1: "sent", 2: "undelivered", 3: "delivered"}
THROTTLED = frozenset({"Throttling", "Throttling.User", "isv.BUSINESS_LIMIT_CONTROL"})
BLOCKED = frozenset(
    {
        "isv.ACCOUNT_NOT_EXISTS",
        "isv.ACCOUNT_ABNORMAL",
        "isv.AMOUNT_NOT_ENOUGH",
        "isv.DAY_LIMIT_CONTROL",
        "isv.OUT_OF_SERVICE",
        "isv.PRODUCT_UN_SUBSCRIPT",
        "isv.SMS_SIGNATURE_ILLEGAL",
        "isv.SMS_SIGN_ILLEGAL",
        "isv.SMS_TEMPLATE_ILLEGAL",
        "isv.TEMPLATE_MISSING_PARAMETERS",
        "isp.RAM_PERMISSION_DENY",
        "SignatureDoesNotMatch",
        "InvalidAccessKeyId.NotFound",
        "InvalidAccessKeyId.Inactive",
    }
)
"""Account, signature or template are wrong: every further text would fail alike."""


class AliyunProvider:
    """One account, with its approved signature and templates."""

    def __init__(self, channel: Channel, read_seconds: float = READ_SECONDS) -> None:
        self.name = channel.name
        self._options = {key: str(value) for key, value in channel.options.items()}
        self._endpoint = self._options.get("endpoint", ENDPOINT).rstrip("/")
        self._session, self._timeout = session(read_seconds)

    def send(self, text: Text) -> Outcome:
        """Have the template of this kind of text filled in and sent."""
        template = self._template(text)
        if not template:
            return Outcome(Ending.BLOCKED, code="no_template", detail=f"no template_{text.kind}")
        parameters = {
            "PhoneNumbers": _national(text.to),
            "SignName": self._options["sign_name"],
            "TemplateCode": template,
            "TemplateParam": json.dumps(self._variables(text), ensure_ascii=False),
            "OutId": text.reference,
        }
        try:
            answer = self._call("SendSms", parameters)
        except requests.RequestException as trouble:
            return lost(trouble)
        return self._outcome(answer, text.reference)

    def find(self, to: str, reference: str = "") -> Iterable[Known]:
        """What was sent to a number today and yesterday, in Aliyun's own days."""
        today = clock.now().astimezone(BUSINESS_ZONE).date()
        found = [self._details(to, f"{day:%Y%m%d}") for day in (today, today - timedelta(days=1))]
        return [self._known(one) for day in found for one in day]

    def _template(self, text: Text) -> str:
        short = text.language.partition("-")[0]
        plain = f"template_{text.kind}"
        return self._options.get(f"{plain}_{short}") or self._options.get(plain, "")

    def _variables(self, text: Text) -> dict[str, str]:
        names = self._options.get("variables", VARIABLES).split(",")
        known = (name.strip() for name in names)
        return {name: text.values.get(name, "")[:LONGEST_VARIABLE] for name in known}

    def _details(self, to: str, day: str) -> list[dict[str, Any]]:
        parameters = {
            "PhoneNumber": _national(to),
            "SendDate": day,
            "PageSize": "50",
            "CurrentPage": "1",
        }
        try:
            content = self._call("QuerySendDetails", parameters).json()
            if content.get("Code") != "OK":
                raise UnreachableError(str(content.get("Code"))[:40])
            details = content["SmsSendDetailDTOs"]["SmsSendDetailDTO"]
        except (requests.RequestException, ValueError, KeyError, AttributeError) as trouble:
            raise UnreachableError(type(trouble).__name__) from trouble
        return list(details)

    def _known(self, one: dict[str, Any]) -> Known:
        """The record tells no BizId, so our reference is the text's id everywhere."""
        reference = str(one.get("OutId", ""))
        bad = one.get("SendStatus") == 2
        return Known(
            f"{self.name}:{reference}",
            str(one.get("Content", "")),
            STATUSES.get(int(one.get("SendStatus", 1)), "sent"),
            str(one.get("ErrCode", "")) if bad else "",
            reference=reference or "none",
        )

    def _call(self, action: str, parameters: dict[str, str]) -> requests.Response:
        query = aliyun_signature.query_of(parameters)
        signed = aliyun_signature.headers(
            host=urlsplit(self._endpoint).netloc,
            action=action,
            version=VERSION,
            date=clock.now().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            nonce=secrets.token_hex(16),
        )
        key, secret = self._options["access_key_id"], self._options["access_key_secret"]
        authorization = aliyun_signature.authorization(key, secret, "POST", query, signed)
        return self._session.post(
            f"{self._endpoint}/?{query}",
            headers={**signed, "Authorization": authorization},
            timeout=self._timeout,
            allow_redirects=False,
        )

    def _outcome(self, answer: requests.Response, reference: str) -> Outcome:
        try:
            content = answer.json()
            code = str(content.get("Code", ""))
        except (ValueError, AttributeError):
            return Outcome(Ending.UNKNOWN, detail=f"HTTP {answer.status_code}, unreadable")
        if code == "OK" and content.get("BizId"):
            detail = f"BizId {content['BizId']}"[:200]
            return Outcome(Ending.ACCEPTED, f"{self.name}:{reference}", "accepted", detail=detail)
        ending = self._ending(answer.status_code, code)
        detail = f"HTTP {answer.status_code}, code {code}"[:200]
        return Outcome(ending, code=code[:20], detail=detail)

    def _ending(self, status: int, code: str) -> Ending:
        if status >= 500 or not code or code == "OK" or code == "isp.SYSTEM_ERROR":
            return Ending.UNKNOWN
        if code in THROTTLED or status == 429:
            return Ending.THROTTLED
        return Ending.BLOCKED if code in BLOCKED or status in {401, 403} else Ending.REJECTED


def _national(number: str) -> str:
    """Numbers of mainland China without +86, others with their country's code and no plus."""
    return number.removeprefix("+86") if mainland(number) else number.removeprefix("+")

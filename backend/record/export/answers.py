"""Answers of わたしのこと as QuestionnaireResponses, each with the moment at which it was given, and back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from backend.record.export import codes
from backend.record.export.clinical import question_text
from backend.record.export.observation import Resource
from backend.record.model import Answer
from backend.record.profile.questions import Said, questions

_NOTHING = {"valueCoding": {"system": codes.ANSWER, "code": "nothing", "display": "なし"}}


def write(said: Said, subject: Resource) -> Resource:
    """One answer; an answer taken back is an item without answer."""
    item: Resource = {"linkId": said.key, "text": question_text(said.key)}
    if said.answer is Answer.UNKNOWN:
        item["answer"] = [{"valueCoding": {"system": codes.ABSENT, "code": "asked-unknown", "display": "わからない"}}]
    elif said.answer is Answer.VALUE:
        item["answer"] = _answers(said)
    name = f"{said.key}/{said.at.isoformat()}"
    return {
        "resourceType": "QuestionnaireResponse",
        "id": codes.url_of("QuestionnaireResponse", name).removeprefix("urn:uuid:"),
        "questionnaire": codes.QUESTIONS,
        "status": "completed",
        "subject": subject,
        "authored": said.at.isoformat(),
        "source": subject,
        "item": [item],
    }


def _coding(code: str) -> Resource:
    return {"valueCoding": {"system": codes.ANSWER, "code": code}}


def _answers(said: Said) -> list[Resource]:
    kind, value = questions()[said.key].kind, said.value
    match kind:
        case "many":
            return [_coding(one) for one in value] or [_NOTHING]
        case "text_list":
            return [{"valueString": one} for one in value] or [_NOTHING]
        case "pregnancy":
            answer = _coding(value["status"])
            if value["due"] is not None:
                answer["item"] = [{"linkId": "pregnancy.due", "answer": [{"valueDate": value["due"]}]}]
            return [answer]
        case _:
            return [_coding(value)]


def read(resource: Resource) -> list[Said]:
    """The answers of a QuestionnaireResponse of ours; [] where it is somebody else's or not in order."""
    if resource.get("questionnaire") != codes.QUESTIONS or resource.get("status") != "completed":
        return []
    try:
        at = datetime.fromisoformat(resource["authored"])
        if at.tzinfo is None:
            return []
        return [_said(item, at) for item in resource["item"]]
    except (KeyError, ValueError, TypeError, AttributeError, IndexError):
        return []


def _said(item: Any, at: datetime) -> Said:
    key = item["linkId"]
    answers = item.get("answer")
    if not answers:
        return Said(key=key, answer=Answer.UNANSWERED, at=at)
    first = answers[0].get("valueCoding") or {}
    if first.get("system") == codes.ABSENT:
        return Said(key=key, answer=Answer.UNKNOWN, at=at)
    return Said(key=key, answer=Answer.VALUE, value=_value(questions()[key].kind, answers, first), at=at)


def _value(kind: str, answers: list[Any], first: Any) -> Any:
    is_nothing = first.get("code") == "nothing"
    match kind:
        case "many":
            return [] if is_nothing else [one["valueCoding"]["code"] for one in answers]
        case "text_list":
            return [] if is_nothing else [one["valueString"] for one in answers]
        case "pregnancy":
            items = answers[0].get("item")
            return {"status": first["code"], "due": items[0]["answer"][0]["valueDate"] if items else None}
        case _:
            return first["code"]

"""Care: counsellors see who shares with them, and answer those who write."""

from backend.care.caseload import people_list, person_page
from backend.care.model import Brief, Consultation, Message, PersonLine, PersonPage, Why
from backend.care.service import (
    EmptyMessage,
    NobodyToAsk,
    add_message,
    consultation,
    consultations,
    inbox,
    mark_read,
    open_consultation,
)
from backend.care.team import addressees, join_team, put_counsellor, put_team, team_of

__all__ = [
    "Brief",
    "Consultation",
    "EmptyMessage",
    "Message",
    "NobodyToAsk",
    "PersonLine",
    "PersonPage",
    "Why",
    "add_message",
    "addressees",
    "consultation",
    "consultations",
    "inbox",
    "join_team",
    "mark_read",
    "open_consultation",
    "people_list",
    "person_page",
    "put_counsellor",
    "put_team",
    "team_of",
]

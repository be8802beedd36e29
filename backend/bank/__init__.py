"""The information bank: data entrusted by consent reach a recipient exactly as far as the switches are on."""

from backend.bank.model import Demographics, Given, Identity, Provided, Provision, age_band
from backend.bank.service import PurposeNeeded, mine, provide, pseudonym_of, put_recipients, readable

__all__ = [
    "Demographics",
    "Given",
    "Identity",
    "Provided",
    "Provision",
    "PurposeNeeded",
    "age_band",
    "mine",
    "provide",
    "pseudonym_of",
    "put_recipients",
    "readable",
]

"""The information bank: data entrusted by consent reach a recipient exactly as far as the switches are on."""

from backend.bank.approved import approved_rows
from backend.bank.audit import differences_from_ledger
from backend.bank.benefits import Benefit, NothingPromised, deliver_benefit, my_benefits, unbalanced
from backend.bank.deliveries import (
    Delivery,
    Package,
    batches,
    deliver_one,
    fetch,
    provided,
    start_delivery,
)
from backend.bank.erasures import (
    AlreadyCertified,
    Erasure,
    NotErasedYet,
    certify,
    erasures_for,
    my_erasures,
)
from backend.bank.model import Demographics, Given, Identity, Provided, Provision, age_band
from backend.bank.news import listen
from backend.bank.offers import (
    NothingChosen,
    Offer,
    OfferGone,
    Programme,
    PromiseLowered,
    answer_offer,
    my_offers,
    open_programme,
    programme_of,
)
from backend.bank.service import PurposeNeeded, gather, mine, provide, pseudonym_of, put_recipients, readable

listen()

__all__ = [
    "AlreadyCertified",
    "Benefit",
    "Delivery",
    "Demographics",
    "Erasure",
    "Given",
    "Identity",
    "NotErasedYet",
    "NothingChosen",
    "NothingPromised",
    "Offer",
    "OfferGone",
    "Package",
    "Programme",
    "PromiseLowered",
    "Provided",
    "Provision",
    "PurposeNeeded",
    "age_band",
    "answer_offer",
    "approved_rows",
    "batches",
    "certify",
    "deliver_benefit",
    "deliver_one",
    "differences_from_ledger",
    "erasures_for",
    "fetch",
    "gather",
    "listen",
    "mine",
    "my_benefits",
    "my_erasures",
    "my_offers",
    "open_programme",
    "programme_of",
    "provide",
    "provided",
    "pseudonym_of",
    "put_recipients",
    "readable",
    "start_delivery",
    "unbalanced",
]

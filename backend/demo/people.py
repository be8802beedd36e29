"""Who lives on the demo site: 50 invented residents, each named 見本 so that nobody takes one for real."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Literal

import msgspec

SEED = 20261
Site = Literal["suita", "senboku"]


class Resident(msgspec.Struct, frozen=True, kw_only=True):
    """One invented resident with the traits that their values follow from.

    `metabolic` is the latent load (standard deviations from the mean) that ties weight, blood
    pressure, glucose and lipids together; `seed` makes the noise of this resident.
    """

    ref: str
    person: str
    site: Site
    municipality: str
    name: str
    kana: str
    birth: date
    sex: Literal["male", "female"]
    metabolic: float
    seed: int
    years: int
    has_watch: bool = False
    has_cuff: bool = False
    has_fhir: bool = False
    is_pregnant: bool = False
    is_smoker: bool = False
    takes_bp_drug: bool = False
    takes_glucose_drug: bool = False
    takes_lipid_drug: bool = False
    shares_with_counsellor: bool = False
    tells_profile: bool = True
    is_main: bool = False

    def age(self, on: date) -> int:
        """Completed years on a day."""
        return on.year - self.birth.year - ((on.month, on.day) < (self.birth.month, self.birth.day))


def _names(text: str) -> tuple[tuple[str, str], ...]:
    pairs = (pair.partition(":") for pair in text.split())
    return tuple((name, kana) for name, _, kana in pairs)


_GIVEN_MALE = _names(
    "大樹:ダイキ 一太:イチタ 三郎:サブロウ 四季:シキ 五郎:ゴロウ 六助:ロクスケ 七海:ナナミ 八起:ヤオキ 九十九:ツクモ "
    "千里:センリ 万作:マンサク 晴:ハル 岳:ガク 湊:ミナト 樹:イツキ 蓮:レン 朔:サク 航:ワタル 柊:シュウ 梓:アズサ "
    "巡:メグル 歩:アユム 結:ユイト 耕:コウ 実:ミノル"
)
_GIVEN_FEMALE = _names(
    "一花:イチカ 二葉:フタバ 三咲:ミサキ 四葉:ヨツバ 五月:サツキ 六花:リッカ 七菜:ナナ 八重:ヤエ 九実:クミ 十和:トワ "
    "百花:モモカ 千鶴:チヅル 万里:マリ 菫:スミレ 楓:カエデ 椿:ツバキ 桜:サクラ 葵:アオイ 紬:ツムギ 凪:ナギ "
    "澪:ミオ 栞:シオリ 環:タマキ 恵:メグミ 灯:アカリ"
)


def residents(today: date) -> tuple[Resident, ...]:
    """Return the 50 residents, the same ones for the same day; ages 25 to 79 whatever the year."""
    random = Random(SEED)  # noqa: S311  (invented people, no secret)
    found = [_resident(number, today, random) for number in range(50)]
    return tuple(found)


def person_id(number: int) -> str:
    """Return the fixed id of the n-th demo resident, in the form of every other id."""
    return f"dem{number:023d}"


def _resident(number: int, today: date, random: Random) -> Resident:
    sex: Literal["male", "female"] = "female" if number % 2 else "male"
    name, kana = (_GIVEN_FEMALE if sex == "female" else _GIVEN_MALE)[number // 2]
    site: Site = "suita" if number < 30 else "senboku"
    # Spread evenly over 25..79, but not in the order of the list.
    age = 25 + (number * 23 + 9) % 55
    metabolic = round(random.gauss(0.15, 0.9), 2)
    drawn = {
        "years": random.choice((1, 2, 2, 3, 3)),
        "has_watch": random.random() < 0.35,
        "has_cuff": random.random() < 0.4,
        "has_fhir": random.random() < 0.12,
        "is_smoker": random.random() < (0.25 if sex == "male" else 0.08),
        "takes_bp_drug": age >= 55 and metabolic > 0.3 and random.random() < 0.6,
        "takes_glucose_drug": age >= 50 and metabolic > 1.0,
        "takes_lipid_drug": age >= 55 and random.random() < 0.2,
        "shares_with_counsellor": random.random() < 0.4,
        "tells_profile": random.random() < 0.8,
    }
    month, day = random.randint(1, 12), random.randint(1, 28)
    fixed: dict[str, object] = {}
    if number == 0:
        age, metabolic = 57, 0.6
        fixed = {"years": 3, "has_watch": True, "has_cuff": True, "has_fhir": True, "is_smoker": False}
        fixed |= {"takes_bp_drug": False, "takes_glucose_drug": False, "takes_lipid_drug": False}
        fixed |= {"shares_with_counsellor": True, "tells_profile": True, "is_main": True}
    elif number == 1:
        age, metabolic = 31, -0.3
        fixed = {"years": 1, "has_watch": True, "has_cuff": True, "is_pregnant": True, "is_smoker": False}
        fixed |= {"shares_with_counsellor": True, "tells_profile": True, "is_main": True}
    elif number in (11, 35):
        age = 27 + number % 7
        fixed = {"years": 1, "is_pregnant": True, "is_smoker": False, "shares_with_counsellor": number == 11}
    elif number in (14, 32, 43):
        age, metabolic = 52 + number % 20, 1.6
        fixed = {"years": 3, "takes_glucose_drug": True, "takes_bp_drug": number != 43}
    elif number in (9, 23, 38, 47):
        # Signed up and linked nothing yet: the empty states need people too.
        fixed = {"years": 0, "has_watch": False, "has_cuff": False, "has_fhir": False, "tells_profile": False}
        fixed |= {"shares_with_counsellor": False}
    if age < 40:
        drawn |= {"takes_bp_drug": False, "takes_glucose_drug": False, "takes_lipid_drug": False}
    birth = date(today.year - age, month, day)
    if birth.replace(year=today.year) > today:
        birth = birth.replace(year=birth.year - 1)
    return msgspec.convert(
        {
            "ref": f"demo-{number + 1:02d}",
            "person": person_id(number + 1),
            "site": site,
            "municipality": "27205" if site == "suita" else "27140",
            "name": f"見本 {name}",
            "kana": f"ミホン {kana}",
            "birth": birth,
            "sex": sex,
            "metabolic": metabolic,
            "seed": SEED * 100 + number,
            **drawn,
            **fixed,
        },
        type=Resident,
    )

"""Writes a check-up result as centres hand it out: CDA R2 documents in the exchange ZIP, marked as a sample."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from xml.sax.saxutils import escape

import msgspec

from backend.demo.body import Value
from backend.demo.people import Resident

CENTRE = "2799999999"
_RESULT = "1.2.392.200119.6."
_NUMBERS: Mapping[str, tuple[str, str, str, int]] = {
    "height_cm": ("9N001000000000001", "身長", "cm", 1),
    "weight_kg": ("9N006000000000001", "体重", "kg", 1),
    "bmi": ("9N011000000000001", "BMI", "kg/m2", 1),
    "waist_cm": ("9N016160100000001", "腹囲(実測)", "cm", 1),
    "sbp_mmhg": ("9A755000000000001", "収縮期血圧(その他)", "mm[Hg]", 0),
    "dbp_mmhg": ("9A765000000000001", "拡張期血圧(その他)", "mm[Hg]", 0),
    "tg_fasting_mgdl": ("3F015000002327101", "空腹時中性脂肪(トリグリセリド)", "mg/dL", 0),
    "hdl_mgdl": ("3F070000002327101", "HDLコレステロール", "mg/dL", 0),
    "ldl_mgdl": ("3F077000002327101", "LDLコレステロール", "mg/dL", 0),
    "ast_ul": ("3B035000002327201", "AST(GOT)", "U/L", 0),
    "alt_ul": ("3B045000002327201", "ALT(GPT)", "U/L", 0),
    "ggt_ul": ("3B090000002327101", "γ-GT(γ-GTP)", "U/L", 0),
    "glucose_fasting_mgdl": ("3D010000001927201", "空腹時血糖", "mg/dL", 0),
    "hba1c_pct": ("3D046000001920402", "HbA1c(NGSP値)", "%", 1),
    "creatinine_mgdl": ("3C015000002327101", "血清クレアチニン", "mg/dL", 2),
    "egfr": ("8A065000002391901", "eGFR", "ml/min/1.73m2", 1),
    "uric_acid_mgdl": ("3C020000002327101", "血清尿酸", "mg/dL", 1),
    "hb_gdl": ("2A030000001930101", "血色素量(ヘモグロビン値)", "g/dL", 1),
}
_CODES: Mapping[str, tuple[str, str, str, str]] = {
    "draw_time_class": ("9N141000000000011", "採血時間(食後)", "CD", "2202"),
    "urine_sugar": ("1A020000000191111", "尿糖", "CO", "2102"),
    "urine_protein": ("1A010000000191111", "尿蛋白", "CO", "2102"),
    "q_med_bp": ("9N701000000000011", "服薬1(血圧)", "CD", "2003"),
    "q_med_glucose": ("9N706000000000011", "服薬2(血糖)", "CD", "2003"),
    "q_med_lipid": ("9N711000000000011", "服薬3(脂質)", "CD", "2003"),
    "q_hist_stroke": ("9N716000000000011", "既往歴1(脳血管)", "CD", "2003"),
    "q_hist_heart": ("9N721000000000011", "既往歴2(心血管)", "CD", "2003"),
    "q_hist_renal": ("9N726000000000011", "既往歴3(腎不全・人工透析)", "CD", "2003"),
    "q_smoking": ("9N736000000000011", "喫煙", "CD", "24060"),
    "q_weight_gain_20y": ("9N741000000000011", "20歳からの体重変化", "CD", "2003"),
    "q_exercise_30min": ("9N746000000000011", "30分以上の運動習慣", "CD", "2003"),
    "q_walk_1h": ("9N751000000000011", "歩行又は身体活動", "CD", "2003"),
    "q_eat_speed": ("9N766000000000011", "食べ方1(早食い等)", "CD", "2004"),
    "q_eat_late": ("9N771000000000011", "食べ方2(就寝前)", "CD", "2003"),
    "q_skip_breakfast": ("9N781000000000011", "食習慣", "CD", "2003"),
    "q_sleep_ok": ("9N796000000000011", "睡眠", "CD", "2003"),
    "metsyn_class": ("9N501000000000011", "メタボリックシンドローム判定", "CD", "1008"),
}


class Exam(msgspec.Struct, frozen=True, kw_only=True):
    """One person's check-up on one day."""

    kana: str
    birth: date
    sex: str
    on: date
    values: Mapping[str, Value]


def exam(resident: Resident, on: date, values: Mapping[str, Value]) -> Exam:
    """Return a resident's check-up."""
    return Exam(kana=resident.kana.replace(" ", "　"), birth=resident.birth, sex=resident.sex, on=on, values=values)


def document(taken: Exam, *, number: int = 1) -> bytes:
    """Return one h*.xml document of a check-up."""
    items = []
    for metric, value in taken.values.items():
        if metric in _NUMBERS:
            code, name, unit, decimals = _NUMBERS[metric]
            items.append(
                _entry(code, name, f'<value xsi:type="PQ" value="{float(value):.{decimals}f}" unit="{unit}"/>')
            )
        else:
            code, name, kind, answers = _CODES[metric]
            said = f'<value xsi:type="{kind}" code="{value}" codeSystem="{_RESULT}{answers}"/>'
            items.append(_entry(code, name, said))
    made = taken.on + timedelta(days=21)
    return _DOCUMENT.format(
        made=f"{made:%Y%m%d}",
        on=f"{taken.on:%Y%m%d}",
        until=f"{taken.on.year + 1}0331",
        kana=escape(taken.kana),
        sex="1" if taken.sex == "male" else "2",
        birth=f"{taken.birth:%Y%m%d}",
        number=f"{number:04d}",
        centre=CENTRE,
        items="".join(items),
    ).encode()


def archive(exams: Sequence[Exam]) -> bytes:
    """Return the exchange ZIP of several check-ups, of one person or of many."""
    on = max(taken.on for taken in exams) + timedelta(days=21)
    folder = f"{CENTRE}_99999999_{on:%Y%m%d}1_1"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
        file.writestr(f"{folder}/ix08_V08.xml", _INDEX.format(made=f"{on:%Y%m%d}", centre=CENTRE, count=len(exams)))
        file.writestr(f"{folder}/su08_V08.xml", _SUMMARY.format(count=len(exams)))
        for number, taken in enumerate(exams, start=1):
            name = f"h{CENTRE}{taken.on:%Y%m%d}1{number:05d}.xml"
            file.writestr(f"{folder}/DATA/{name}", document(taken, number=number))
    return out.getvalue()


def _entry(code: str, name: str, value: str) -> str:
    return (
        '<entry><observation classCode="OBS" moodCode="EVN">'
        f'<code code="{code}" displayName="{escape(name)}"/>{value}</observation></entry>\n'
    )


_DOCUMENT = """<?xml version="1.0" encoding="UTF-8"?>
<!-- 見本データ: invented person, invented centre -->
<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/><id nullFlavor="NI"/>
<code code="10" codeSystem="1.2.392.200119.6.1001"/><effectiveTime value="{made}"/><confidentialityCode code="N"/>
<recordTarget><patientRole><id extension="99999999" root="1.2.392.200119.6.101"/>\
<id extension="見本" root="1.2.392.200119.6.204"/><id extension="{number}" root="1.2.392.200119.6.205"/>\
<id extension="01" root="1.2.392.200119.6.211"/>
<addr><postalCode>565-0000</postalCode>大阪府見本市例示町1-2-3</addr><patient><name>{kana}</name>\
<administrativeGenderCode code="{sex}" codeSystem="1.2.392.200119.6.1104"/><birthTime value="{birth}"/></patient>\
</patientRole></recordTarget>
<author><time value="{made}"/><assignedAuthor><id nullFlavor="NI"/><representedOrganization>\
<id extension="{centre}" root="1.2.392.200119.6.102"/><name>見本健診センター（見本データ）</name>\
<telecom value="tel:0600000000"/><addr><postalCode>565-0000</postalCode>大阪府見本市例示町9-9-9</addr>\
</representedOrganization></assignedAuthor></author>
<custodian><assignedCustodian><representedCustodianOrganization><id nullFlavor="NI"/>\
</representedCustodianOrganization></assignedCustodian></custodian>
<participant typeCode="HLD"><functionCode code="1" codeSystem="1.2.392.200119.6.208"/>\
<time><high value="{until}"/></time>\
<associatedEntity classCode="IDENT"><id extension="25100000001" root="1.2.392.200119.6.209.199999999"/>\
<scopingOrganization><id extension="99999999" root="1.2.392.200119.6.101"/></scopingOrganization></associatedEntity>\
</participant>
<documentationOf><serviceEvent><code code="010" codeSystem="1.2.392.200119.6.1002"/><effectiveTime value="{on}"/>\
<performer typeCode="PRF"><assignedEntity><id nullFlavor="NI"/><representedOrganization>\
<id extension="{centre}" root="1.2.392.200119.6.102"/><name>見本健診センター（見本データ）</name>\
<telecom value="tel:0600000000"/><addr><postalCode>565-0000</postalCode>大阪府見本市例示町9-9-9</addr>\
</representedOrganization></assignedEntity></performer></serviceEvent></documentationOf>
<component><structuredBody><component><section><code code="01010" codeSystem="1.2.392.200119.6.1010" \
displayName="特定健診検査・問診セクション"/><text/>
{items}</section></component></structuredBody></component></ClinicalDocument>
"""

_INDEX = """<?xml version="1.0" encoding="UTF-8"?>
<index xmlns="https://www.mhlw.go.jp/stf/seisakunitsuite/bunya/0000161103.html"><interactionType code="1"/>\
<creationTime value="{made}"/><sender><id root="1.2.392.200119.6.102" extension="{centre}"/></sender>\
<receiver><id root="1.2.392.200119.6.101" extension="99999999"/></receiver><serviceEventType code="1"/>\
<totalRecordCount value="{count}"/></index>
"""

_SUMMARY = """<?xml version="1.0" encoding="UTF-8"?>
<summary xmlns="https://www.mhlw.go.jp/stf/seisakunitsuite/bunya/0000161103.html"><serviceEventType code="1"/>\
<totalSubjectCount value="{count}"/><totalCostAmount value="0" currency="JPY"/>\
<totalPaymentAmount value="0" currency="JPY"/><totalPaymentByOtherProgram value="0" currency="JPY"/>\
<totalClaimAmount value="0" currency="JPY"/></summary>
"""

"""Makes the invented files of this folder; run it after a change and commit what it writes.

Every person, facility and number here is invented. `python tests/samples/link/make.py`
"""

# ruff: noqa: E501  (XML and JSON are easier to check in one line)
from __future__ import annotations

import io
import json
import zipfile
from datetime import datetime, timedelta, timezone
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

# The invented documents stand as tables, several items a line.
# fmt: off
HERE = Path(__file__).parent
FACILITY = "2788888888"
FIXED = (2025, 6, 10, 9, 0, 0)
Item = tuple[str, str]

HANAKO = {"name": "ミホン　ハナコ", "sex": "2", "birth": "19680412", "number": "25100000011"}
TARO = {"name": "ミホン　タロウ", "sex": "1", "birth": "19630905", "number": "25100000012"}
TSURU = {"name": "レイジ　ツル", "sex": "2", "birth": "19500121", "number": "25100000013"}


def pq(code: str, value: str, unit: str, *, method: str = "", flag: str = "") -> str:
    """A measured number."""
    interpretation = f'<interpretationCode code="{flag}"/>' if flag else ""
    done_by = f'<methodCode code="{method}"/>' if method else ""
    return _observation(code, f'<value xsi:type="PQ" value="{value}" unit="{unit}"/>{interpretation}{done_by}')


def coded(code: str, answer: str, answers: str, *, kind: str = "CD", method: str = "") -> str:
    """An answer from a list."""
    done_by = f'<methodCode code="{method}"/>' if method else ""
    return _observation(code, f'<value xsi:type="{kind}" code="{answer}" codeSystem="{answers}"/>{done_by}')


def said(code: str, words: str) -> str:
    """Free text."""
    return _observation(code, f'<value xsi:type="ST">{escape(words)}</value>')


def not_done(code: str) -> str:
    """An item that nobody did."""
    return f'<entry><observation classCode="OBS" moodCode="EVN" negationInd="true"><code code="{code}"/></observation></entry>'


def beyond(code: str, edge: str) -> str:
    """A number at or beyond what the form can hold."""
    return _observation(code, f'<value xsi:type="CD" code="{edge}" codeSystem="2.16.840.1.113883.5.83"/>')


def not_measurable(code: str) -> str:
    """An item that was tried in vain."""
    return _observation(code, '<value xsi:type="PQ" nullFlavor="NI"/>')


def _observation(code: str, inside: str) -> str:
    return f'<entry><observation classCode="OBS" moodCode="EVN"><code code="{code}"/>{inside}</observation></entry>'


def document(person: dict[str, str], entries: list[str], *, exam: str = "20250512", made: str = "20250610") -> bytes:
    """A check-up document in the V4 form."""
    organisation = (
        f'<representedOrganization><id extension="{FACILITY}" root="1.2.392.200119.6.102"/><name>例示健診所</name>'
        '<telecom value="tel:0600000001"/><addr><postalCode>564-0000</postalCode>大阪府例示市見本町1-1</addr>'
        "</representedOrganization>"
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<!-- INVENTED: no such person, no such facility -->
<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/><id nullFlavor="NI"/>
<code code="10" codeSystem="1.2.392.200119.6.1001"/><effectiveTime value="{made}"/><confidentialityCode code="N"/>
<recordTarget><patientRole><id extension="88888888" root="1.2.392.200119.6.101"/><id extension="例示" root="1.2.392.200119.6.204"/><id extension="{person["number"][-4:]}" root="1.2.392.200119.6.205"/>
<addr><postalCode>564-0000</postalCode>大阪府例示市見本町2-2</addr><patient><name>{person["name"]}</name><administrativeGenderCode code="{person["sex"]}" codeSystem="1.2.392.200119.6.1104"/><birthTime value="{person["birth"]}"/></patient></patientRole></recordTarget>
<author><time value="{made}"/><assignedAuthor><id nullFlavor="NI"/>{organisation}</assignedAuthor></author>
<custodian><assignedCustodian><representedCustodianOrganization><id nullFlavor="NI"/></representedCustodianOrganization></assignedCustodian></custodian>
<participant typeCode="HLD"><functionCode code="1" codeSystem="1.2.392.200119.6.208"/><time><high value="20260331"/></time><associatedEntity classCode="IDENT"><id extension="{person["number"]}" root="1.2.392.200119.6.209.188888888"/><scopingOrganization><id extension="88888888" root="1.2.392.200119.6.101"/></scopingOrganization></associatedEntity></participant>
<documentationOf><serviceEvent><code code="010" codeSystem="1.2.392.200119.6.1002"/><effectiveTime value="{exam}"/><performer typeCode="PRF"><assignedEntity><id nullFlavor="NI"/>{organisation}</assignedEntity></performer></serviceEvent></documentationOf>
<component><structuredBody><component><section><code code="01010" codeSystem="1.2.392.200119.6.1010"/><text/>
{chr(10).join(entries)}
</section></component></structuredBody></component></ClinicalDocument>
""".encode()


YES_NO = "1.2.392.200119.6.2003"


def hanako() -> list[str]:
    """High blood pressure without medicine, fasting, kidney values there."""
    return [
        pq("9N001000000000001", "156.4", "cm"), pq("9N006000000000001", "61.8", "kg"),
        pq("9N011000000000001", "25.3", "kg/m2", flag="H"), pq("9N016160100000001", "91.5", "cm", method="9N01610000"),
        pq("9A751000000000001", "146", "mm[Hg]", method="9A75100000"), pq("9A761000000000001", "90", "mm[Hg]", method="9A76100000"),
        pq("9A752000000000001", "142", "mm[Hg]", method="9A75200000"), pq("9A762000000000001", "88", "mm[Hg]", method="9A76200000"),
        coded("9N141000000000011", "2", "1.2.392.200119.6.2202"),
        pq("3F015000002327101", "138", "mg/dL", method="3F01510000"), pq("3F070000002327101", "58", "mg/dL", method="3F07010000"),
        pq("3F077000002327101", "141", "mg/dL", method="3F07710000", flag="H"),
        pq("3B035000002327201", "24", "U/L", method="3B03510000"), pq("3B045000002327201", "27", "U/L", method="3B04510000"),
        pq("3B090000002327101", "31", "U/L", method="3B09010000"), pq("3C015000002327101", "0.71", "mg/dL", method="3C01510000"),
        pq("8A065000002391901", "65.2", "ml/min/1.73m2", method="8A06510000"),
        pq("3D010000001927201", "108", "mg/dL", method="3D01030000", flag="H"), pq("3D046000001920402", "5.8", "%", method="3D04620000", flag="H"),
        coded("1A020000000190111", "1", "1.2.392.200119.6.2102", kind="CO", method="1A02020000"),
        coded("1A010000000190111", "2", "1.2.392.200119.6.2102", kind="CO", method="1A01020000"),
        coded("9N701000000000011", "2", YES_NO), coded("9N706000000000011", "2", YES_NO), coded("9N711000000000011", "2", YES_NO),
        coded("9N716000000000011", "2", YES_NO), coded("9N721000000000011", "2", YES_NO), coded("9N726000000000011", "2", YES_NO),
        coded("9N736000000000011", "3", "1.2.392.200119.6.24060"), coded("9N746000000000011", "2", YES_NO),
        coded("9N786000000000011", "4", "1.2.392.200119.6.24040"), coded("9N796000000000011", "2", YES_NO),
        coded("9N501000000000011", "2", "1.2.392.200119.6.1008"), coded("9N506000000000011", "2", "1.2.392.200119.6.3001"),
        said("9N511000000000049", "血圧を家でも測ってください"), said("9N516000000000049", "例示 医師"),
    ]


def taro() -> list[str]:
    """Casual blood draw, several repeats, values beyond the form."""
    return [
        pq("9N001000000000001", "170.2", "cm"), pq("9N006000000000001", "72.0", "kg"), pq("9N011000000000001", "24.9", "kg/m2"),
        pq("9N016160300000001", "88.0", "cm", method="9N01630000"), pq("9N016160200000001", "86.0", "cm", method="9N01620000"),
        pq("9A755000000000001", "128", "mm[Hg]", method="9A75500009"), pq("9A765000000000001", "82", "mm[Hg]", method="9A76500009"),
        pq("9A751000000000001", "134", "mm[Hg]", method="9A75100000"), pq("9A761000000000001", "86", "mm[Hg]", method="9A76100000"),
        coded("9N141000000000011", "3", "1.2.392.200119.6.2202"), pq("3F015129902327101", "190", "mg/dL", method="3F01510000"),
        pq("3D010129901927201", "121", "mg/dL", method="3D01030000"), beyond("3B090000002327101", "H"), not_done("3F077000002391901"),
        coded("9N736000000000011", "2", "1.2.392.200119.6.24060"), coded("9N206160700000011", "2", "1.2.392.200119.6.2002", method="9N20610000"),
    ]


def tsuru() -> list[str]:
    """An older person: items of the late-stage questionnaire, one that could not be measured."""
    return [
        pq("9N001000000000001", "147.0", "cm"), pq("9N006000000000001", "44.1", "kg"), not_measurable("9N016160100000001"),
        pq("9A752000000000001", "138", "mm[Hg]", method="9A75200000"), pq("9A762000000000001", "74", "mm[Hg]", method="9A76200000"),
        coded("9N932000000000011", "2", "1.2.392.200119.6.19010"), coded("9N938000000000011", "1", "1.2.392.200119.6.19070"),
        coded("9N701000000000011", "1", YES_NO), not_done("1A020000000190111"), coded("9N512000000000011", "3", "1.2.392.200119.6.24080", method="9N512"),
    ]


def checkup_zip() -> bytes:
    """The exchange ZIP with three people; folder names in cp932 as Japanese tools write them."""
    head = f"{FACILITY}_88888888_202506101_1"
    namespace = "https://www.mhlw.go.jp/stf/seisakunitsuite/bunya/0000161103.html"
    index = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<index xmlns="{namespace}"><interactionType code="1"/>'
        f'<creationTime value="20250610"/><sender><id root="1.2.392.200119.6.102" extension="{FACILITY}"/></sender>'
        '<receiver><id root="1.2.392.200119.6.101" extension="88888888"/></receiver><serviceEventType code="1"/>'
        '<totalRecordCount value="3"/></index>'
    )
    summary = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<summary xmlns="{namespace}"><serviceEventType code="1"/>'
        '<totalSubjectCount value="3"/><totalCostAmount value="0" currency="JPY"/>'
        '<totalPaymentAmount value="0" currency="JPY"/><totalPaymentByOtherProgram value="0" currency="JPY"/>'
        '<totalClaimAmount value="0" currency="JPY"/></summary>'
    )
    people = [(HANAKO, hanako()), (TARO, taro()), (TSURU, tsuru())]
    files = {f"{head}/ix08_V08.xml": index.encode(), f"{head}/su08_V08.xml": summary.encode()}
    for number, (person, entries) in enumerate(people, start=1):
        files[f"{head}/DATA/h{FACILITY}20250610100{number:02d}.xml"] = document(person, entries)
    return packed(files)


def packed(files: dict[str, bytes]) -> bytes:
    """A ZIP with fixed times, so that the same content gives the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(zipfile.ZipInfo(name, FIXED), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


DOCTYPE = """<!DOCTYPE HealthData [
<!-- HealthKit Export Version: 13 -->
<!ELEMENT HealthData (ExportDate,Me,(Record|Correlation|Workout|ActivitySummary|ClinicalRecord)*)>
<!ATTLIST HealthData
  locale CDATA #REQUIRED
>
<!ELEMENT Record ((MetadataEntry|HeartRateVariabilityMetadataList)*)>
<!ATTLIST Record
  type          CDATA #REQUIRED
  unit          CDATA #IMPLIED
  value         CDATA #IMPLIED
  startDate     CDATA #REQUIRED
>
]>"""


def record(kind: str, value: str, unit: str, start: datetime, end: datetime, *, source: str, indent: str = " ") -> str:
    """A Record element as Apple writes it, device with a memory address."""
    device = "&lt;&lt;HKDevice: 0x301d0a210&gt;, name:Apple Watch, manufacturer:Apple Inc.&gt;"
    of_unit = f" unit={quoteattr(unit)}" if unit else ""
    return (
        f'{indent}<Record type="{kind}" sourceName={quoteattr(source)} sourceVersion="18.1" device="{device}"{of_unit}'
        f' creationDate="{_time(end)}" startDate="{_time(start)}" endDate="{_time(end)}" value="{value}"/>'
    )


def _time(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%S %z")


def apple_export() -> bytes:
    """Three weeks of a watch, a phone, a blood-pressure meter; Japanese file names."""
    zone = timezone(timedelta(hours=9))
    first = datetime(2025, 5, 19, 0, 0, tzinfo=zone)
    watch, phone, meter = "花子のApple\u00a0Watch", "花子のiPhone", "例示 血圧計"
    lines: list[str] = []
    for day in range(21):
        start = first + timedelta(days=day)
        for hour in range(7, 22):
            at = start + timedelta(hours=hour)
            lines.append(record("HKQuantityTypeIdentifierHeartRate", str(62 + (hour * 7 + day * 3) % 41), "count/min", at, at, source=watch))
            lines.append(record("HKQuantityTypeIdentifierStepCount", str(120 + (hour * 53 + day * 31) % 900), "count", at, at + timedelta(minutes=30), source=phone))
        lines.append(record("HKQuantityTypeIdentifierRestingHeartRate", str(58 + day % 5), "count/min", start, start + timedelta(hours=23), source=watch))
        lines.append(record("HKQuantityTypeIdentifierOxygenSaturation", f"0.9{5 + day % 4}", "%", start + timedelta(hours=3), start + timedelta(hours=3), source=watch))
        night = start + timedelta(hours=-1)
        for stage, minutes, length in (("InBed", 0, 460), ("AsleepCore", 20, 200), ("AsleepDeep", 220, 60), ("AsleepREM", 280, 90), ("Awake", 370, 12)):
            begin = night + timedelta(minutes=minutes)
            lines.append(record("HKCategoryTypeIdentifierSleepAnalysis", f"HKCategoryValueSleepAnalysis{stage}", "", begin, begin + timedelta(minutes=length), source=watch))
        morning = start + timedelta(hours=6, minutes=40)
        upper = record("HKQuantityTypeIdentifierBloodPressureSystolic", str(136 + day % 9), "mmHg", morning, morning, source=meter)
        lower = record("HKQuantityTypeIdentifierBloodPressureDiastolic", str(84 + day % 6), "mmHg", morning, morning, source=meter)
        lines += [upper, lower]
        lines.append(
            f' <Correlation type="HKCorrelationTypeIdentifierBloodPressure" sourceName={quoteattr(meter)} creationDate="{_time(morning)}"'
            f' startDate="{_time(morning)}" endDate="{_time(morning)}">\n {upper}\n {lower}\n </Correlation>'
        )
    body_at = first + timedelta(days=2, hours=7)
    lines.append(record("HKQuantityTypeIdentifierBodyMass", "136.2", "lb", body_at, body_at, source="例示 体重計"))
    lines.append(
        ' <Workout workoutActivityType="HKWorkoutActivityTypeWalking" duration="40" durationUnit="min" sourceName="例示"'
        f' creationDate="{_time(body_at)}" startDate="{_time(body_at)}" endDate="{_time(body_at + timedelta(minutes=40))}">\n'
        f'  <WorkoutStatistics type="HKQuantityTypeIdentifierDistanceWalkingRunning" startDate="{_time(body_at)}" endDate="{_time(body_at)}" sum="2.9" unit="km"/>\n'
        "  <WorkoutRoute><FileReference path=\"/workout-routes/route_1.gpx\"/></WorkoutRoute>\n </Workout>"
    )
    xml = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n{DOCTYPE}\n<HealthData locale="ja_JP">\n'
        f' <ExportDate value="2025-06-10 09:00:00 +0900"/>\n <Me HKCharacteristicTypeIdentifierDateOfBirth="1968-04-12"'
        ' HKCharacteristicTypeIdentifierBiologicalSex="HKBiologicalSexFemale" HKCharacteristicTypeIdentifierBloodType="HKBloodTypeNotSet"/>\n'
        + "\n".join(lines) + "\n</HealthData>\n"
    )
    return packed({
        "apple_health_export/書き出したデータ.xml": xml.encode(),
        "apple_health_export/export_cda.xml": b'<?xml version="1.0"?><ClinicalDocument xmlns="urn:hl7-org:v3"/>',
        "apple_health_export/workout-routes/route_1.gpx": b"<gpx/>",
        "apple_health_export/electrocardiograms/ecg_2025-05-20.csv": "名前,例示\n".encode(),
    })


def fhir_bundle() -> bytes:
    """A hospital's bundle: laboratory, blood-pressure panel, diagnosis, allergy, medicine, vaccination."""
    loinc, jlac = "http://loinc.org", "urn:oid:1.2.392.200119.4.504"
    about = {"subject": {"reference": "urn:uuid:00000000-0000-4000-8000-000000000001"}}
    patient_only = {"patient": about["subject"]}

    def measured(system: str, code: str, name: str, value: float, unit: str, when: str = "2025-04-03T10:15:00+09:00") -> dict[str, object]:
        return {"resourceType": "Observation", "status": "final", "code": {"coding": [{"system": system, "code": code, "display": name}]}, **about,
                "effectiveDateTime": when, "valueQuantity": {"value": value, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit}}

    def component(code: str, value: int) -> dict[str, object]:
        return {"code": {"coding": [{"system": loinc, "code": code}]}, "valueQuantity": {"value": value, "unit": "mmHg", "system": "http://unitsofmeasure.org", "code": "mm[Hg]"}}

    resources: list[dict[str, object]] = [
        {"resourceType": "Patient", "id": "hanako", "name": [
            {"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation", "valueCode": "IDE"}], "family": "見本", "given": ["花子"]},
            {"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation", "valueCode": "SYL"}], "family": "ミホン", "given": ["ハナコ"]}],
         "gender": "female", "birthDate": "1968-04-12"},
        measured(jlac, "3C015000002327101", "クレアチニン", 0.73, "mg/dL"), measured(loinc, "4548-4", "HbA1c", 5.9, "%"),
        measured(loinc, "14749-6", "Glucose", 6.1, "mmol/L"), measured(jlac, "3H015000002326101", "K", 4.2, "mmol/L"),
        {"resourceType": "Observation", "status": "final", "code": {"coding": [{"system": loinc, "code": "85354-9"}]}, **about,
         "effectiveDateTime": "2025-04-03T10:00:00+09:00", "component": [component("8480-6", 139), component("8462-4", 86)]},
        measured(loinc, "1751-7", "Albumin", 3.9, "mg/L"), measured(loinc, "9279-1", "Respiratory rate", 400, "/min"),
        {k: v for k, v in measured(loinc, "8867-4", "Heart rate", 71, "/min").items() if k != "effectiveDateTime"},
        {"resourceType": "Condition", "clinicalStatus": {"coding": [{"code": "active"}]}, "code": {"text": "高血圧症", "coding": [{"system": "http://hl7.org/fhir/sid/icd-10", "code": "I10"}]}, **about, "onsetDateTime": "2025-04-03"},
        {"resourceType": "AllergyIntolerance", "clinicalStatus": {"coding": [{"code": "active"}]}, "code": {"text": "さば"}, **patient_only, "recordedDate": "2019-08-01"},
        {"resourceType": "MedicationRequest", "status": "active", "intent": "order", "medicationCodeableConcept": {"text": "アムロジピン錠2.5mg"}, **about, "authoredOn": "2025-04-03", "dosageInstruction": [{"text": "1日1回朝食後"}]},
        {"resourceType": "Immunization", "status": "completed", "vaccineCode": {"text": "インフルエンザワクチン"}, **patient_only, "occurrenceDateTime": "2024-11-15"},
        {"resourceType": "CarePlan", "status": "active", "intent": "plan", **about},
    ]
    entries = [{"fullUrl": f"urn:uuid:00000000-0000-4000-8000-{number:012d}", "resource": one} for number, one in enumerate(resources, start=1)]
    return (json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}, ensure_ascii=False, indent=1) + "\n").encode()


SAMPLES = {
    "checkup-three-people.zip": checkup_zip,
    f"h{FACILITY}20250610100001.xml": lambda: document(HANAKO, hanako()),
    "apple-export.zip": apple_export,
    "fhir-bundle.json": fhir_bundle,
}

if __name__ == "__main__":
    for name, make in SAMPLES.items():
        (HERE / name).write_bytes(make())
        print(name, (HERE / name).stat().st_size)

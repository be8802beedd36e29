"""FHIR R4 JSON: a bundle, a single resource or NDJSON, from JP Core, JP-CLINS, eCheckup, IPS or plain."""

from backend.link.fhir.source import FhirJson

__all__ = ["FhirJson"]

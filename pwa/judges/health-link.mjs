// Opens SMART Health Links with kill-the-clipboard, a viewer that nobody here wrote.
// Standard input: one JSON a line {uri, passcode, recipient, map: {from, to}}; `map` stands for DNS: the link names the
// public origin, the server under test listens elsewhere. Prints one JSON a line: {ok, bundles, label} or {error, remaining}.
import { createInterface } from "node:readline";
import { SHLViewer } from "kill-the-clipboard";

for await (const line of createInterface({ input: process.stdin })) {
  if (!line) continue;
  const { uri, passcode, recipient, map } = JSON.parse(line);
  const seen = [];
  const fetchMapped = async (url, options) => {
    const answer = await fetch(map ? String(url).replace(map.from, map.to) : url, options);
    seen.push({ status: answer.status, cors: answer.headers.get("access-control-allow-origin"), type: answer.headers.get("content-type") });
    return answer;
  };
  try {
    const viewer = new SHLViewer({ shlinkURI: uri, fetch: fetchMapped });
    const found = await viewer.resolveSHL({ recipient, passcode });
    const bundles = found.fhirResources ?? [];
    console.log(JSON.stringify({ ok: true, label: viewer.shl?.label, flag: viewer.shl?.flag, resources: bundles, seen }));
  } catch (error) {
    console.log(JSON.stringify({ ok: false, error: error.name, message: error.message, code: error.code, seen }));
  }
}

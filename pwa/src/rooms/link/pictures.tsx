// Small pictures beside the steps: what to look for on the screen. The words say the same, so readers skip them.
import type { VNode } from "preact";
import type { SourceKey } from "./sending";

const Phone = ({ children }: { children: VNode | VNode[] }) => (
  <>
    <rect class="pic-body" x="18" y="3" width="60" height="90" rx="9" />
    <rect class="pic-screen" x="22" y="9" width="52" height="78" rx="4" />
    {children}
  </>
);

const Lines = ({ from, count }: { from: number; count: number }) => (
  <>{Array.from({ length: count }, (_, i) => <rect class="pic-line" key={i} x="28" y={from + i * 12} width={i % 2 ? 30 : 40} height="5" rx="2.5" />)}</>
);

const Document = ({ x, y }: { x: number; y: number }) => (
  <g transform={`translate(${x} ${y})`}>
    <path class="pic-paper" d="M0 3a3 3 0 0 1 3-3h14l9 9v20a3 3 0 0 1-3 3H3a3 3 0 0 1-3-3Z" />
    <path class="pic-stroke" d="M17 0v9h9M6 17h14M6 23h10" />
  </g>
);

const health = (
  <Phone>
    <Lines from={34} count={4} />
    <path class="pic-heart" d="M36 27c-7-5-8-8-8-10a4 4 0 0 1 8-1.500 4 4 0 0 1 8 1.500c0 2-1 5-8 10Z" />
    <circle class="pic-mark" cx="64" cy="20" r="9" />
    <circle class="pic-dot" cx="64" cy="17.500" r="3" />
    <path class="pic-dot" d="M58.500 25.500c.5-3.500 2.500-5 5.500-5s5 1.500 5.500 5Z" />
  </Phone>
);

const bring = (
  <Phone>
    <Lines from={16} count={3} />
    <rect class="pic-mark" x="25" y="54" width="46" height="16" rx="5" />
    <path class="pic-arrow" d="M48 76v13M42.500 84l5.500 5.500 5.500-5.500" />
    <rect class="pic-dot" x="31" y="60" width="34" height="4" rx="2" />
  </Phone>
);

const choose = (
  <Phone>
    <Document x={35} y={16} />
    <rect class="pic-button" x="27" y="60" width="42" height="17" rx="5" />
    <rect class="pic-on-button" x="35" y="66.500" width="26" height="4" rx="2" />
  </Phone>
);

const receive = (
  <>
    <path class="pic-body" d="M10 88V34l26-16 26 16v54Z" />
    <path class="pic-stroke" d="M36 40v16M28 48h16M26 88V68h20v20" />
    <Document x={64} y={30} />
    <path class="pic-arrow" d="M77 68v20M71 82l6 6 6-6" />
  </>
);

const keep = (
  <>
    <path class="pic-body" d="M8 26a5 5 0 0 1 5-5h22l8 9h40a5 5 0 0 1 5 5v46a5 5 0 0 1-5 5H13a5 5 0 0 1-5-5Z" />
    <Document x={35} y={42} />
    <path class="pic-arrow" d="M48 4v22M42 20l6 6 6-6" />
  </>
);

const STEPS: Record<SourceKey, VNode[]> = {
  apple: [health, bring, choose],
  checkup: [receive, keep, choose],
  fhir: [receive, keep, choose],
  jahis: [bring, keep, choose],
  cgm: [bring, keep, choose],
  omron: [bring, keep, choose],
  withings: [bring, keep, choose],
  garmin: [bring, keep, choose],
  omh: [bring, keep, choose],
};

/** The picture of a step, or nothing where there is none. */
export function StepPicture({ source, step }: { source: SourceKey; step: number }) {
  const drawn = STEPS[source][step];
  return drawn ? <svg class="link-picture" viewBox="0 0 96 96" aria-hidden="true">{drawn}</svg> : null;
}

// The explorable chart: Plotly comes over the line only when somebody asks for it.
import { useEffect, useRef, useState } from "preact/hooks";
import { tx, t } from "../i18n";
import { Button } from "../ui/index";

export interface PlotFigure {
  data: unknown[];
  layout: Record<string, unknown>;
}

/** Draws a figure built on the server; `label` is the chart's sentence. */
export function Plot({ figure, label }: { figure: PlotFigure; label: string }) {
  const ref = useRef<HTMLDivElement>(null);
  const [failed, setFailed] = useState(false);
  const [tries, setTries] = useState(0);
  useEffect(() => {
    const target = ref.current!;
    let isGone = false;
    let purge: ((target: HTMLElement) => void) | undefined;
    setFailed(false);
    import("plotly.js-basic-dist-min").then((module) => {
      const plotly = ("default" in module ? module.default : module) as typeof module;
      if (isGone) return;
      purge = plotly.purge;
      const large = parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
      const layout = { ...figure.layout, autosize: true, font: { ...(figure.layout.font as object), size: Math.round(13 * large) } };
      void plotly.react(target, figure.data, layout, { responsive: true, displayModeBar: false, scrollZoom: false });
    }).catch(() => !isGone && setFailed(true));
    return () => {
      isGone = true;
      purge?.(target);
    };
  }, [figure, tries]);
  return (
    <figure class="chart" aria-label={label}>
      {failed && (
        <div class="stack">
          <p>{tx("chart.not_loaded")}</p>
          <div><Button onClick={() => setTries(tries + 1)}>{tx("shell.try_again")}</Button></div>
        </div>
      )}
      <div ref={ref} class="plot" hidden={failed} />
      <figcaption class="sr-only">{t("chart.explore_hint")}</figcaption>
    </figure>
  );
}

// 記録: every source on one line with filters, and the list of metrics.
import { useState } from "preact/hooks";
import { asProblem, type Problem, type Schemas } from "../../api/client";
import { markup, pick, rich, sourceName, t, tx, word } from "../../i18n";
import { day, nearDay } from "../../i18n/time";
import { fetchFresh, useCached } from "../../offline/cached";
import { navigate, useLocation } from "../../router";
import { Button, Card, Disclosure, EmptyState, ListRow, Rows } from "../../ui/index";
import { Page, ProblemNote, SyncLine, WithAnswer } from "../../ui/page";
import { ValueRow, valueWithUnit } from "./value";

type Entry = Schemas["TimelineEntry"];
/** How many items show at once; a day of a device is one line among many. */
const FIRST: Record<Entry["kind"], number> = { checkup: 4, document: 4, own: 4, device_day: 2 };

function EntryCard({ entry }: { entry: Entry }) {
  const head = entry.items.slice(0, FIRST[entry.kind]);
  const tail = entry.items.slice(FIRST[entry.kind]);
  return (
    <Card level={3} title={word({ key: entry.title.key, params: { ...entry.title.params, source: sourceName(entry.source) } })} end={<span class="soft small">{rich(nearDay(entry.day))}</span>}>
      {entry.kind !== "own" && entry.kind !== "device_day" && <p class="soft small">{rich(sourceName(entry.source))}</p>}
      <Rows>{head.map((one) => <ValueRow key={one.id} one={one} />)}</Rows>
      {tail.length > 0 && (
        <Disclosure summary={tx("record.more_items", { n: tail.length })}>
          <Rows>{tail.map((one) => <ValueRow key={one.id} one={one} />)}</Rows>
        </Disclosure>
      )}
    </Card>
  );
}

/** The doors at the top of 記録. */
function Doors() {
  return (
    <Card>
      <Rows>
        <ListRow icon="record" href="/record/metrics" title={tx("record.by_metric")} note={tx("record.by_metric_note")} />
        <ListRow icon="check" href="/record/complete" title={tx("complete.title")} note={tx("complete.note")} />
        <ListRow icon="info" href="/risk" title={tx("record.risk")} note={tx("record.risk_note")} />
        <ListRow icon="person" href="/record/profile" title={tx("profile.title")} note={tx("settings.profile_note")} />
        <ListRow icon="warn" href="/record/emergency" title={tx("emergency.title")} note={tx("emergency.note")} />
        <ListRow icon="key" href="/meguri/reads" title={tx("meguri.reads")} note={tx("record.seen_note")} />
        <ListRow icon="pencil" href="/record/corrections" title={tx("wrong.list")} note={tx("wrong.list_note")} />
        <ListRow icon="qr" href="/record/links" title={tx("share.title")} note={tx("share.note")} />
        <ListRow icon="down" href="/record/take" title={tx("take.title")} note={tx("take.note")} />
        <ListRow icon="link" href="/link-data" title={tx("home.do_link")} note={tx("record.link_note")} />
      </Rows>
    </Card>
  );
}

export function Timeline() {
  const { query, path } = useLocation();
  const category = query.get("category") ?? undefined;
  const source = query.get("source") ?? undefined;
  const asked = { query: { category: category ? [category] : undefined, source: source ? [source] : undefined } };
  const page = useCached("/api/timeline", asked);
  const [more, setMore] = useState<{ of: unknown; entries: Entry[]; next: string | null }>({ of: null, entries: [], next: null });
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isBusy, setBusy] = useState(false);
  const extra = more.of === page.data ? more : { entries: [], next: page.data?.next_cursor ?? null };

  const filter = (change: Record<string, string | undefined>) => {
    const next = new URLSearchParams();
    for (const [name, value] of Object.entries({ category, source, ...change })) if (value) next.set(name, value);
    navigate(next.size > 0 ? `${path}?${next}` : path, { replace: true });
  };
  const loadMore = async () => {
    if (!extra.next) return;
    setBusy(true);
    setProblem(null);
    try {
      const next = await fetchFresh("/api/timeline", { query: { ...asked.query, cursor: extra.next } });
      setMore({ of: page.data, entries: [...extra.entries, ...next.entries], next: next.next_cursor });
    } catch (error) {
      setProblem(asProblem(error));
    }
    setBusy(false);
  };

  return (
    <Page title={markup("nav.record")}>
      <SyncLine />
      <div class="buttons">
        <Button icon="pencil" href="/record/enter/blood-pressure">{tx("home.do_bp")}</Button>
        <Button icon="pencil" href="/record/enter/weight">{tx("home.do_weight")}</Button>
      </div>
      <Doors />
      <h2>{tx("record.timeline")}</h2>
      <WithAnswer answer={page}>
        {({ entries, filters, total }) => (
          <>
            {filters.categories.length > 1 && (
              <div class="filters" role="group" aria-label={t("record.filter_kind")}>
                <button type="button" class="filter" aria-pressed={!category} onClick={() => filter({ category: undefined })}>{tx("record.all_kinds")}</button>
                {filters.categories.map((one) => (
                  <button key={one.id} type="button" class="filter" aria-pressed={category === one.id}
                    onClick={() => filter({ category: category === one.id ? undefined : one.id })}>{rich(pick(one.name))}</button>
                ))}
              </div>
            )}
            {filters.sources.length > 1 && (
              <div class="filters" role="group" aria-label={t("record.filter_source")}>
                <button type="button" class="filter" aria-pressed={!source} onClick={() => filter({ source: undefined })}>{tx("record.all_sources")}</button>
                {filters.sources.map((one) => (
                  <button key={one.id} type="button" class="filter" aria-pressed={source === one.id}
                    onClick={() => filter({ source: source === one.id ? undefined : one.id })}>{rich(sourceName(one.id))}</button>
                ))}
              </div>
            )}
            {total === 0 && !category && !source && (
              <EmptyState title={tx("record.empty_title")} text={tx("record.empty")} action={tx("home.do_link")} href="/link-data" />
            )}
            {total === 0 && (category || source) && <p>{tx("record.none_here")}</p>}
            {total > 0 && <p class="soft small" role="status">{tx("record.total", { n: total })}</p>}
            {[...entries, ...extra.entries].map((entry) => <EntryCard key={entry.id} entry={entry} />)}
            <ProblemNote problem={problem} />
            {extra.next && <Button wide busy={isBusy} onClick={loadMore}>{tx("record.more")}</Button>}
          </>
        )}
      </WithAnswer>
    </Page>
  );
}

export function Metrics() {
  const list = useCached("/api/metrics");
  return (
    <Page title={markup("record.by_metric")} back={["/record", markup("nav.record")]}>
      <WithAnswer answer={list}>
        {({ metrics }) => {
          if (metrics.length === 0) {
            return <EmptyState title={tx("record.empty_title")} text={tx("record.empty")} action={tx("home.do_link")} href="/link-data" />;
          }
          const groups = [...new Set(metrics.map((one) => one.category))];
          return groups.map((group) => (
            <Card key={group} title={tx(`record.category.${group}`)}>
              <Rows>
                {metrics.filter((one) => one.category === group).map((one) => (
                  <ListRow key={one.metric} href={one.metric === "cgm_glucose_mgdl" ? "/record/glucose" : `/record/metric/${encodeURIComponent(one.metric)}`} title={rich(pick(one.name))}
                    note={one.latest ? rich(`${day(one.latest.at)}・${markup("record.n_values", { n: one.n })}`) : undefined}
                    end={one.latest && <span class="strong">{rich(valueWithUnit(one.latest))}</span>} />
                ))}
              </Rows>
            </Card>
          ));
        }}
      </WithAnswer>
    </Page>
  );
}

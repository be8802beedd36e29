// How complete the record is, kind by kind, and what to press to fill each gap.
import type { Schemas } from "../../api/client";
import { markup, rich, tx, word, wordText } from "../../i18n";
import { day } from "../../i18n/time";
import { useCached } from "../../offline/cached";
import { Card, Chip, ListRow, Progress, Rows } from "../../ui/index";
import { Page, WithAnswer } from "../../ui/page";

type Gap = Schemas["GapToFill"];

const PLACES: Record<Gap["action"], string> = {
  link: "/link-data",
  enter_bp: "/record/enter/blood-pressure",
  enter_weight: "/record/enter/weight",
  profile: "/record/profile",
  emergency: "/record/emergency",
};

/** Where a gap is filled. */
export function placeOf(gap: Gap): string {
  return gap.key ? `/record/profile/${encodeURIComponent(gap.key)}` : PLACES[gap.action];
}

export function Complete() {
  const answer = useCached("/api/completeness");
  return (
    <Page title={markup("complete.title")} lead={tx("complete.lead")} back={["/record", markup("nav.record")]}>
      <WithAnswer answer={answer}>
        {({ have, of, domains }) => (
          <>
            <Card>
              <Progress done={have} total={of} label={markup("complete.all", { have, of })} />
              {have === of && <p>{tx("complete.full")}</p>}
            </Card>
            {domains.map((one) => (
              <Card key={one.id} title={word(one.title)} end={one.gaps.length === 0 ? <Chip tone="good">{tx("complete.done")}</Chip> : undefined}>
                <Progress done={one.have} total={one.of} label={markup("complete.some", { have: one.have, of: one.of })} />
                {one.gaps.length > 0 && (
                  <Rows label={wordText(one.title)}>
                    {one.gaps.map((gap) => (
                      <ListRow key={gap.id} href={placeOf(gap)} title={word(gap.text)}
                        note={gap.last ? rich(markup("complete.last", { day: day(gap.last) })) : undefined}
                        end={<span class="soft small">{tx(`complete.do_${gap.action}`)}</span>} />
                    ))}
                  </Rows>
                )}
              </Card>
            ))}
          </>
        )}
      </WithAnswer>
    </Page>
  );
}

// What has not reached the server yet: what, since when, why, and what to do.
import { markup, hasWords, rich, tx } from "../../i18n";
import { ago } from "../../i18n/time";
import { discard, flush, retry, sync } from "../../offline/outbox";
import { useStore } from "../../store";
import { Button, Card, Chip, ListRow, Rows } from "../../ui/index";
import { Page, SyncLine } from "../../ui/page";

export function Outbox() {
  const { pending, failed, isSending } = useStore(sync);
  return (
    <Page title={markup("outbox.title")} back={["/", markup("nav.home")]} lead={tx("outbox.lead")}>
      <SyncLine idle={tx("outbox.empty")} />
      {failed.length > 0 && (
        <Card tone="look" title={tx("outbox.failed")}>
          <Rows>
            {failed.map((item) => (
              <ListRow key={item.client_id} title={item.label}
                note={tx(hasWords(item.problem?.key ?? "") ? item.problem!.key : "shell.unexpected", item.problem?.params)}
                end={<Button kind="quiet" onClick={() => void discard(item.client_id)}>{tx("outbox.discard")}</Button>} />
            ))}
          </Rows>
          <Button onClick={() => void retry()}>{tx("shell.try_again")}</Button>
        </Card>
      )}
      {pending.length > 0 && (
        <Card title={tx("outbox.pending")}>
          <Rows>
            {pending.map((item) => (
              <ListRow key={item.client_id} title={item.label} note={rich(ago(item.created_at))} end={<Chip tone="info">{tx("outbox.waiting")}</Chip>} />
            ))}
          </Rows>
          <Button busy={isSending} onClick={() => void flush()}>{tx("outbox.send_now")}</Button>
        </Card>
      )}
    </Page>
  );
}

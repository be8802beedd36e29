// Devices that are signed in, and the passkeys that open this account.
import { useState } from "preact/hooks";
import { api, asProblem, body, type Problem, type Schemas } from "../../api/client";
import { markup, t, tx } from "../../i18n";
import { ago, day } from "../../i18n/time";
import { outdate, useCached } from "../../offline/cached";
import { useLocation } from "../../router";
import { refreshMe } from "../../session";
import { Button, Card, Chip, ListRow, Rows } from "../../ui/index";
import { Field } from "../../ui/form";
import { Dialog, toast } from "../../ui/overlay";
import { Page, ProblemNote, WithAnswer } from "../../ui/page";
import { addPasskey, withStepUp } from "./passkey";

type Passkey = Schemas["PasskeyOut"];

export function Devices() {
  const { query } = useLocation();
  const sessions = useCached("/api/sessions");
  const passkeys = useCached("/api/passkeys");
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [open, setOpen] = useState<Passkey | null>(null);
  const [label, setLabel] = useState("");

  const act = async (run: () => Promise<unknown>, done: string) => {
    setBusy(true);
    setProblem(null);
    try {
      await run();
      toast(tx(done));
      setOpen(null);
      outdate("/api/sessions", "/api/passkeys");
      void refreshMe();
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };

  const endOne = (id: string) => act(() => body(api.DELETE("/api/sessions/{id}", { params: { path: { id } } })), "devices.ended");
  const open_ = (one: Passkey) => { setOpen(one); setLabel(one.label); setProblem(null); };

  return (
    <Page title={markup("devices.title")} back={["/settings", markup("settings.title")]}>
      {query.get("offer") && (
        <Card tone="info" title={tx("devices.offer_title")}>
          <p>{tx("devices.offer")}</p>
        </Card>
      )}
      {!open && <ProblemNote problem={problem} />}
      <Card title={tx("devices.passkeys")}>
        <p class="soft">{tx("devices.passkeys_what")}</p>
        <WithAnswer answer={passkeys}>
          {({ passkeys: own }) => (
            own.length === 0 ? <p>{tx("devices.no_passkey")}</p> : (
              <Rows>
                {own.map((one) => (
                  <ListRow key={one.id} icon="key" title={one.label || tx("devices.unnamed")} onClick={() => open_(one)}
                    note={tx(one.last_used_at ? "devices.used" : "devices.made", { when: one.last_used_at ? ago(one.last_used_at) : day(one.created_at) })}
                    end={one.is_synced ? <Chip tone="good">{tx("devices.synced")}</Chip> : undefined} />
                ))}
              </Rows>
            )
          )}
        </WithAnswer>
        <Button icon="plus" busy={isBusy} onClick={() => void act(() => addPasskey(""), "devices.added")}>{tx("devices.add")}</Button>
      </Card>
      <Card title={tx("devices.sessions")}>
        <WithAnswer answer={sessions}>
          {({ sessions: own }) => (
            <>
              <Rows>
                {own.map((one) => (
                  <ListRow key={one.id} icon="phone"
                    title={`${t(`device.${one.device}`)} ${t(`browser.${one.browser}`)}`}
                    note={tx("devices.seen", { when: ago(one.last_seen_at), how: `@devices.how_${one.how}` })}
                    end={one.is_current
                      ? <Chip tone="good">{tx("devices.this")}</Chip>
                      : <Button kind="quiet" busy={isBusy} onClick={() => void endOne(one.id)}>{tx("devices.end")}</Button>} />
                ))}
              </Rows>
              {own.length > 1 && (
                <Button kind="now" busy={isBusy} onClick={() => void act(() => body(api.DELETE("/api/sessions")), "devices.ended")}>{tx("devices.end_others")}</Button>
              )}
            </>
          )}
        </WithAnswer>
      </Card>
      <Dialog title={tx("devices.one_title")} open={open !== null} onClose={() => setOpen(null)}>
        {open && (
          <>
            <Field label={tx("devices.label")} value={label} onInput={setLabel} maxLength={60} />
            <Button kind="main" busy={isBusy} onClick={() => void act(() => body(api.PATCH("/api/passkeys/{id}", { params: { path: { id: open.id } }, body: { label } })), "devices.named")}>{tx("shell.save")}</Button>
            <p class="soft">{tx("devices.remove_note")}</p>
            <Button kind="now" busy={isBusy} onClick={() => void act(() => withStepUp(() => body(api.DELETE("/api/passkeys/{id}", { params: { path: { id: open.id } } }))), "devices.removed")}>{tx("devices.remove")}</Button>
            <ProblemNote problem={problem} />
          </>
        )}
      </Dialog>
    </Page>
  );
}

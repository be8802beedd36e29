// What lies above the page: dialogs (native) and short messages with undo.
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { t, tx, wordsVersion } from "../i18n";
import { createStore, useStore } from "../store";
import { Icon } from "./icons";

interface DialogProps {
  title: ComponentChildren;
  open: boolean;
  onClose: () => void;
  children: ComponentChildren;
}

/** A native dialog: focus stays inside, Escape closes, focus returns to where it was. */
export function Dialog({ title, open, onClose, children }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const dialog = ref.current!;
    if (open && !dialog.open) dialog.showModal();
    if (!open && dialog.open) dialog.close();
  }, [open]);
  return (
    <dialog ref={ref} class="dialog sheet" aria-labelledby={id} onClose={onClose}
      onClick={(event) => event.target === ref.current && onClose()}>
      {open && (
        <>
          <div class="dialog-head">
            <h2 id={id}>{title}</h2>
            <button type="button" class="icon-button" aria-label={t("shell.close")} onClick={onClose}><Icon name="close" /></button>
          </div>
          <div class="stack">{children}</div>
        </>
      )}
    </dialog>
  );
}

interface Toast {
  id: number;
  text: ComponentChildren;
  action?: { label: ComponentChildren; run: () => void };
}

const toasts = createStore<Toast[]>([]);
let count = 0;

/** Say something short. With an action (undo) it stays longer; it also goes when the action is used. */
export function toast(text: ComponentChildren, action?: Toast["action"]): void {
  const id = ++count;
  toasts.set([...toasts.get().slice(-1), { id, text, action }]);
  setTimeout(() => dismiss(id), action ? 10_000 : 5_000);
}

/** The common case: done, with undo. */
export function toastUndo(text: ComponentChildren, undo: () => void): void {
  toast(text, { label: tx("shell.undo"), run: undo });
}

function dismiss(id: number): void {
  toasts.set(toasts.get().filter((one) => one.id !== id));
}

export function Toasts() {
  useStore(wordsVersion);
  return (
    <div class="toasts" role="status" aria-live="polite">
      {useStore(toasts).map((one) => (
        <div class="toast" key={one.id}>
          <span>{one.text}</span>
          {one.action && (
            <button type="button" class="link-button" onClick={() => { dismiss(one.id); one.action!.run(); }}>{one.action.label}</button>
          )}
        </div>
      ))}
    </div>
  );
}

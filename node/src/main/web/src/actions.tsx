// What an operator may set going, with what it does and a question before. Only what the API offers.
import { useEffect, useRef, useState } from "preact/hooks";
import { request } from "./api";
import type { Page } from "./app";
import type { System } from "./model";

export interface Field {
  name: string;
  label: string;
  options: { value: string; label: string }[];
}

export interface Action {
  id: string;
  label: string;
  title: string;
  /** What will happen, in words. */
  explain: string;
  button: string;
  danger?: boolean;
  fields?: Field[];
  run: (values: Record<string, string>) => Promise<unknown>;
}

const LONG = 630;

function change(system: System, verb: string, body: object = {}, patience = 120): Promise<unknown> {
  return request("POST", `/v1/systems/${system.name}/${verb}?timeout=${patience}`, body, patience + 10);
}

export function systemActions(page: Page, system: System): Action[] {
  const targets = page.live.cluster!.hosts.filter(
    (host) => host.role !== "witness" && host.name !== system.master && host.reachable,
  );
  const actions: Action[] = [];
  if (system.master) {
    actions.push({
      id: "snapshot",
      label: "Take a snapshot",
      title: `Snapshot of ${system.name}`,
      explain: `Takes a snapshot of ${system.name} on ${system.master} now, also if nothing has changed. ${system.name} goes on meanwhile.`,
      button: "Take the snapshot",
      run: () => change(system, "snapshots"),
    });
    if (targets.length > 0 && system.state === "running") {
      actions.push({
        id: "switchover",
        label: "Move…",
        title: `Move ${system.name}`,
        explain: `Stops ${system.name} on ${system.master}, sends what is left and starts it on the other host. Nothing is lost; clients wait for the time it takes.`,
        button: "Move it",
        fields: [
          {
            name: "to",
            label: "To which host",
            options: [
              { value: "", label: "the one with the newest copy" },
              ...targets.map((host) => ({ value: host.name, label: host.name })),
            ],
          },
        ],
        run: ({ to }) => change(system, "switchover", to ? { to } : {}, LONG - 30),
      });
    }
    if (system.state === "stopped" || system.state === "failed") {
      actions.push({
        id: "start",
        label: "Start",
        title: `Start ${system.name}`,
        explain: `Starts ${system.name} on ${system.master}.`,
        button: "Start it",
        run: () => change(system, "start"),
      });
    } else {
      actions.push({
        id: "stop",
        label: "Stop…",
        title: `Stop ${system.name}`,
        explain: `Stops ${system.name} and keeps it stopped until somebody starts it. Clients get no answer meanwhile; its copies stay.`,
        button: "Stop it",
        danger: true,
        run: () => change(system, "stop"),
      });
    }
  }
  return actions;
}

/** A row of buttons, and the question before each of them. */
export function ActionBar({ page, actions, of }: { page: Page; actions: Action[]; of: string }) {
  const [asked, setAsked] = useState<Action | null>(null);
  if (!page.operator || actions.length === 0) return null;
  const cut = page.live.contact !== "live";
  return (
    <div class="actions" role="group" aria-label={`Actions on ${of}`}>
      {actions.map((action) => (
        <button
          key={action.id}
          type="button"
          class={action.danger ? "danger" : ""}
          disabled={cut}
          onClick={() => setAsked(action)}
        >
          {action.label}
        </button>
      ))}
      {asked && (
        <Question
          action={asked}
          close={() => setAsked(null)}
          go={(values) => {
            setAsked(null);
            page.tasks.run(asked.title, () => asked.run(values));
          }}
        />
      )}
    </div>
  );
}

export function Question({
  action,
  close,
  go,
}: {
  action: Action;
  close: () => void;
  go: (values: Record<string, string>) => void;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);

  function submit(event: SubmitEvent) {
    event.preventDefault();
    const values: Record<string, string> = {};
    new FormData(event.currentTarget as HTMLFormElement).forEach((value, name) => (values[name] = String(value)));
    go(values);
  }

  return (
    <dialog ref={dialog} onClose={close} aria-labelledby="question-title" aria-describedby="question-text">
      <form onSubmit={submit}>
        <h2 id="question-title">{action.title}</h2>
        <p id="question-text">{action.explain}</p>
        {action.fields?.map((field) => (
          <label key={field.name}>
            {field.label}
            <select name={field.name}>
              {field.options.map((option) => (
                <option key={option.value} value={option.value}>
                  {option.label}
                </option>
              ))}
            </select>
          </label>
        ))}
        <div class="buttons">
          <button type="button" onClick={() => dialog.current?.close()}>
            Cancel
          </button>
          <button type="submit" class={action.danger ? "primary danger" : "primary"}>
            {action.button}
          </button>
        </div>
      </form>
    </dialog>
  );
}

// What an operator may set going, with what it does and a question before. Only what the API offers.
import { useEffect, useRef, useState } from "preact/hooks";
import { offered, request } from "./api";
import type { Page } from "./app";
import type { Snapshot, System } from "./model";

export interface Field {
  name: string;
  label: string;
  /** To choose from; without them it is typed. */
  options?: { value: string; label: string }[];
  /** What must be typed, to the letter. */
  exactly?: string;
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

const NEWER = ["barrier", "pause", "resume", "rollback"];

/** Verbs of a system that its node may or may not have. */
export function useOffers(name: string): Set<string> {
  const [verbs, setVerbs] = useState(new Set<string>());
  useEffect(() => {
    let current = true;
    const path = (verb: string) => `/v1/systems/${name}/${verb}`;
    offered(NEWER.map(path)).then(
      (found) => current && setVerbs(new Set(NEWER.filter((verb) => found.has(path(verb))))),
    );
    return () => {
      current = false;
    };
  }, [name]);
  return verbs;
}

/** Back to a snapshot; what is there now becomes a stash. */
export function rollBack(system: System, snapshot: Snapshot, when: string): Action {
  return {
    id: "rollback",
    label: "Roll back…",
    title: `Roll ${system.name} back to ${when}`,
    explain: `Stops ${system.name}, goes back to how it was at ${when}, and starts it again. All that was written since is kept as a stash on each host, so this can itself be undone; clients no longer see it.`,
    button: "Roll it back",
    danger: true,
    fields: [{ name: "confirm", label: `Type ${system.name} to confirm`, exactly: system.name }],
    run: ({ confirm }) => change(system, "rollback", { to: snapshot.name, confirm }, LONG - 30),
  };
}

function reason(label: string): Field[] {
  return [{ name: "reason", label }];
}

export function systemActions(page: Page, system: System, offers: Set<string>): Action[] {
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
    if (offers.has("barrier")) {
      actions.push({
        id: "barrier",
        label: "Set a barrier",
        title: `Barrier for ${system.name}`,
        explain: `Waits until another host has all that ${system.name} has written by now and a majority knows it. No later failover loses anything from before it.`,
        button: "Set the barrier",
        run: () => change(system, "barrier"),
      });
    }
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
  if (offers.has("pause") && !system.paused) {
    actions.push({
      id: "pause",
      label: "Pause…",
      title: `Pause the automation of ${system.name}`,
      explain: `No other host takes ${system.name} over by itself until somebody resumes it. It goes on running where it is.`,
      button: "Pause it",
      danger: true,
      fields: reason("Why"),
      run: ({ reason }) => change(system, "pause", { reason }),
    });
  }
  if (offers.has("resume") && system.paused) {
    actions.push({
      id: "resume",
      label: "Resume…",
      title: `Resume the automation of ${system.name}`,
      explain: `From now on another host takes ${system.name} over by itself again when its master is lost.`,
      button: "Resume it",
      fields: reason("Why"),
      run: ({ reason }) => change(system, "resume", { reason }),
    });
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
            {field.options ? (
              <select name={field.name}>
                {field.options.map((option) => (
                  <option key={option.value} value={option.value}>
                    {option.label}
                  </option>
                ))}
              </select>
            ) : (
              <input
                name={field.name}
                required
                autocomplete="off"
                autocapitalize="none"
                spellcheck={field.exactly === undefined}
                maxLength={200}
                pattern={field.exactly}
                title={field.exactly === undefined ? undefined : `exactly: ${field.exactly}`}
              />
            )}
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

// What the operator has set going from this page, and what became of it.
import { get, Refused } from "./api";
import { bytes, seconds } from "./format";
import type { Operation } from "./model";

export interface Task {
  id: number;
  title: string;
  startedAt: number;
  endedAt: number | null;
  state: "running" | "done" | "failed" | "unknown";
  message: string;
  /** 0 to 1, where it is known. */
  share: number | null;
}

const POLL = 700;

export class Tasks {
  private list: Task[] = [];
  private last = 0;

  constructor(private readonly changed: (tasks: Task[]) => void) {}

  /** Shows the work until it ends, and how it ended until it is closed. */
  async run(title: string, work: () => Promise<unknown>) {
    const id = ++this.last;
    this.set([
      ...this.list,
      { id, title, startedAt: Date.now(), endedAt: null, state: "running", message: "", share: null },
    ]);
    try {
      let answer = await work();
      if (isOperation(answer)) answer = await this.followed(id, answer);
      this.update(id, { state: "done", message: told(answer), endedAt: Date.now(), share: null });
    } catch (failure) {
      const unknown = failure instanceof Refused && (failure.status === 504 || failure.status === 0);
      this.update(id, {
        state: unknown ? "unknown" : "failed",
        message: unknown
          ? `${(failure as Error).message} It may or may not have been done: look before you repeat it.`
          : (failure as Error).message,
        endedAt: Date.now(),
        share: null,
      });
    }
  }

  private async followed(id: number, begun: Operation): Promise<Operation> {
    let now = begun;
    while (now.state === "running") {
      const share = now.totalBytes ? Math.min(1, now.doneBytes / now.totalBytes) : null;
      const speed = now.bytesPerSecond > 0 ? ` · ${bytes(now.bytesPerSecond)}/s` : "";
      this.update(id, { message: now.message + speed, share });
      await new Promise((resolve) => setTimeout(resolve, POLL));
      now = await get<Operation>(`/v1/operations/${now.id}`);
    }
    if (now.state === "failed") throw new Refused(500, "failed", now.message);
    return now;
  }

  close(id: number) {
    this.set(this.list.filter((task) => task.id !== id));
  }

  private update(id: number, change: Partial<Task>) {
    this.set(this.list.map((task) => (task.id === id ? { ...task, ...change } : task)));
  }

  private set(list: Task[]) {
    this.list = list;
    this.changed(list);
  }
}

function isOperation(answer: unknown): answer is Operation {
  return typeof answer === "object" && answer !== null && "bytesPerSecond" in answer && "state" in answer;
}

function told(answer: unknown): string {
  const found = answer as { message?: string; name?: string; from?: string; to?: string; tookMillis?: number } | null;
  if (found?.tookMillis !== undefined) {
    return `From ${found.from} to ${found.to} in ${seconds(found.tookMillis / 1000)}.`;
  }
  return found?.message ?? (found?.name ? `Snapshot ${found.name}` : "Done.");
}

export function TaskTray({ tasks, close, now }: { tasks: Task[]; close: (id: number) => void; now: number }) {
  return (
    <div class="tray" role="log" aria-live="polite" aria-label="What you have set going">
      {tasks.map((task) => (
        <section key={task.id} class={`task ${task.state}`} aria-label={task.title}>
          <div class="line">
            <strong>{task.title}</strong>
            <span class="figure">{seconds(((task.endedAt ?? Math.max(now, task.startedAt)) - task.startedAt) / 1000)}</span>
            {task.state !== "running" && (
              <button type="button" class="close" onClick={() => close(task.id)} aria-label={`Close: ${task.title}`}>
                ×
              </button>
            )}
          </div>
          {task.state === "running" && (
            <progress aria-label={task.title} value={task.share ?? undefined} max={task.share === null ? undefined : 1} />
          )}
          <p>
            {task.state === "running"
              ? task.message || "Under way…"
              : { done: "Done. ", failed: "Not done. ", unknown: "Outcome unknown. " }[task.state] +
                (task.message === "Done." ? "" : task.message)}
          </p>
        </section>
      ))}
    </div>
  );
}

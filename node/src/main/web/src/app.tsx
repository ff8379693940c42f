import { useEffect, useMemo, useState } from "preact/hooks";
import { logOut, session, whenUnauthenticated, type Session } from "./api";
import { Follower, type Live } from "./live";
import { LogIn } from "./login";
import { Overview } from "./overview";
import { SystemPage } from "./system";
import { Tasks, TaskTray, type Task } from "./tasks";
import { clock, words } from "./format";

/** What every part of the page is given. */
export interface Page {
  live: Live;
  /** The cluster's time, running. */
  now: number;
  /** May change something. */
  operator: boolean;
  tasks: Tasks;
}

function route(): string | null {
  const found = /^#\/systems\/([a-z][a-z0-9-]*)$/.exec(location.hash);
  return found ? found[1]! : null;
}

export function App() {
  const [live, setLive] = useState<Live | null>(null);
  const [who, setWho] = useState<Session | null | "nobody" | "asking">("asking");
  const [system, setSystem] = useState(route());
  const [running, setRunning] = useState<Task[]>([]);
  const [tick, setTick] = useState(Date.now());
  const tasks = useMemo(() => new Tasks(setRunning), []);
  const follower = useMemo(() => new Follower(setLive), []);

  function ask() {
    session().then(
      (found) => {
        setWho(found);
        follower.start();
      },
      (failure) => {
        // Without contact the follower says so, and tries again; it also finds out about log-in.
        if (failure.status !== 401) {
          setWho(null);
          follower.start();
        }
      },
    );
  }

  useEffect(() => {
    whenUnauthenticated(() => {
      follower.stop();
      setWho("nobody");
    });
    ask();
    const moved = () => {
      setSystem(route());
      window.scrollTo(0, 0);
      document.querySelector<HTMLElement>("h1")?.focus();
    };
    addEventListener("hashchange", moved);
    const timer = setInterval(() => setTick(Date.now()), 1000);
    return () => {
      removeEventListener("hashchange", moved);
      clearInterval(timer);
      follower.stop();
    };
  }, []);

  const name = live?.cluster?.cluster.name;
  useEffect(() => {
    document.title = [system, name, "Flocker"].filter(Boolean).join(" · ");
  }, [system, name]);

  if (who === "nobody") {
    return (
      <LogIn
        done={(found) => {
          setWho(found);
          follower.start();
        }}
      />
    );
  }
  const page: Page | null = live?.cluster
    ? {
        live,
        now: tick + live.skew,
        operator: who === null || (who !== "asking" && who.role !== "viewer"),
        tasks,
      }
    : null;
  return (
    <>
      <a class="skip" href="#content">
        To the content
      </a>
      <header class="bar">
        <div class="inner">
          <a class="brand" href="#/" aria-label="Flocker, overview">
            <Mark />
            <span>Flocker</span>
          </a>
          {name && <span class="cluster">{name}</span>}
          <span class="push" />
          {live && <ContactBadge live={live} />}
          {who && who !== "asking" && (
            <button
              type="button"
              class="quiet"
              onClick={() => logOut().finally(() => setWho("nobody"))}
              title={`Logged in as ${who.user}, ${who.role}`}
            >
              Log out
            </button>
          )}
        </div>
      </header>
      {live?.contact === "lost" && live.cluster && <LostBanner live={live} />}
      <main id="content" tabIndex={-1} class={live?.contact === "lost" ? "stale" : ""}>
        {page === null ? (
          <Waiting lost={live?.contact === "lost"} />
        ) : system ? (
          <SystemPage page={page} name={system} />
        ) : (
          <Overview page={page} />
        )}
      </main>
      <TaskTray tasks={running} close={(id) => tasks.close(id)} now={tick} />
      {live?.cluster && (
        <footer>
          <span>
            Flocker {live.cluster.cluster.version} · seen from {live.cluster.node}
          </span>
          <span>
            <a href="/metrics">Metrics</a>
          </span>
        </footer>
      )}
    </>
  );
}

function Mark() {
  return (
    <svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true">
      <circle cx="6" cy="17" r="3.4" opacity=".45" />
      <circle cx="18" cy="17" r="3.4" opacity=".45" />
      <circle cx="12" cy="7" r="4.4" />
    </svg>
  );
}

function ContactBadge({ live }: { live: Live }) {
  const text = { live: "Live", connecting: "Connecting", lost: "No contact", login: "Logged out" }[live.contact];
  return (
    <span class={`contact ${live.contact}`} role="status">
      <span class="dot" aria-hidden="true" />
      {text}
    </span>
  );
}

function LostBanner({ live }: { live: Live }) {
  const cluster = live.cluster!;
  const others = cluster.hosts.filter((host) => host.name !== cluster.node);
  return (
    <div class="banner" role="alert">
      <div class="inner">
        <strong>No contact with {cluster.node}.</strong> What you see is from {clock(live.heardAt + live.skew)}. Trying
        again; user systems do not depend on this page.
        {others.length > 0 && (
          <>
            {" "}
            Or look from{" "}
            {others.map((host, i) => (
              <>
                {i > 0 && " or "}
                <a href={elsewhere(host.address)}>{host.name}</a>
              </>
            ))}
            .
          </>
        )}
      </div>
    </div>
  );
}

/** The same page on another host. */
function elsewhere(address: string): string {
  const host = address.includes(":") ? `[${address}]` : address;
  return `${location.protocol}//${host}${location.port ? `:${location.port}` : ""}/${location.hash}`;
}

function Waiting({ lost }: { lost: boolean }) {
  return (
    <div class="empty" role="status">
      <h1 tabIndex={-1}>{lost ? "The host does not answer" : "Asking the hosts"}</h1>
      <p>
        {lost
          ? `${words(["The host that serves this page does not answer"])}. It is asked again every two seconds.`
          : "This takes a moment while a host is away."}
      </p>
    </div>
  );
}

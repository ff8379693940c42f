import { useEffect, useRef, useState } from "preact/hooks";
import { logIn, Refused, type Session } from "./api";

/** Asks who you are; the page comes when the host has agreed. */
export function LogIn({ done }: { done: (session: Session) => void }) {
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const first = useRef<HTMLInputElement>(null);
  useEffect(() => first.current?.focus(), []);

  async function submit(event: SubmitEvent) {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    setBusy(true);
    setProblem("");
    try {
      done(await logIn(String(form.get("user")), String(form.get("password"))));
    } catch (failure) {
      setProblem(
        failure instanceof Refused && failure.status === 401 ? "That name and password do not fit." : (failure as Error).message,
      );
      setBusy(false);
    }
  }

  return (
    <main class="login" id="content">
      <form onSubmit={submit} aria-labelledby="login-title">
        <h1 id="login-title">Log in to Flocker</h1>
        <label>
          Name
          <input ref={first} name="user" autocomplete="username" autocapitalize="none" spellcheck={false} required />
        </label>
        <label>
          Password
          <input name="password" type="password" autocomplete="current-password" required />
        </label>
        <p class="problem" role="alert">
          {problem}
        </p>
        <button type="submit" class="primary" disabled={busy}>
          {busy ? "Asking…" : "Log in"}
        </button>
      </form>
    </main>
  );
}

// Requests to the node that serves this page.

export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

export interface Session {
  user: string;
  role: "viewer" | "operator" | "admin";
}

let csrf: string | null = null;
const onUnauthenticated = new Set<() => void>();

/** Called when an answer says that nobody is logged in. */
export function whenUnauthenticated(listener: () => void) {
  onUnauthenticated.add(listener);
}

export async function request<T>(method: string, path: string, body?: unknown, patience = 30): Promise<T> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (method !== "GET" && csrf) headers["X-Flocker-Csrf"] = csrf;
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: "same-origin",
      signal: AbortSignal.timeout(patience * 1000),
    });
  } catch {
    throw new Refused(0, "no-contact", "The host that serves this page did not answer.");
  }
  const text = await response.text();
  let answer: unknown = null;
  try {
    answer = text ? JSON.parse(text) : null;
  } catch {
    // Told by its status below.
  }
  if (!response.ok) {
    if (response.status === 401) onUnauthenticated.forEach((listener) => listener());
    const error = (answer as { error?: { code: string; message: string } } | null)?.error;
    throw new Refused(
      response.status,
      error?.code ?? "failed",
      error?.message ?? `The host answered ${response.status} ${response.statusText}.`,
    );
  }
  return answer as T;
}

export function get<T>(path: string): Promise<T> {
  return request<T>("GET", path);
}

/** Which of these addresses take a POST: the page offers no more than its node does. */
export async function offered(paths: string[]): Promise<Set<string>> {
  const found = await Promise.all(
    paths.map(async (path) => {
      const headers: Record<string, string> = csrf ? { "X-Flocker-Csrf": csrf } : {};
      const response = await fetch(path, { method: "OPTIONS", headers }).catch(() => null);
      return response?.headers.get("Allow")?.includes("POST") ? [path] : [];
    }),
  );
  return new Set(found.flat());
}

/** Who is logged in; null where this node asks nobody to. */
export async function session(): Promise<Session | null> {
  try {
    const found = await request<Session & { csrf?: string }>("GET", "/v1/session");
    csrf = found.csrf ?? null;
    return { user: found.user, role: found.role };
  } catch (failure) {
    if (failure instanceof Refused && (failure.status === 404 || failure.status === 405)) return null;
    throw failure;
  }
}

export async function logIn(user: string, password: string): Promise<Session> {
  const found = await request<Session & { csrf?: string }>("POST", "/v1/session", { user, password });
  csrf = found.csrf ?? null;
  return { user: found.user, role: found.role };
}

export async function logOut(): Promise<void> {
  await request("DELETE", "/v1/session");
  csrf = null;
}

/** An answer that says what went wrong. */
interface Refusal {
  readonly error?: { readonly message?: string; readonly hint?: string };
}

/** Who has opened the page. */
export interface Caller {
  readonly role: 'view' | 'operate' | 'admin';
  /** `session`: signed in on this page; `open`: nobody needs to. */
  readonly by: 'token' | 'session' | 'open';
}

/** Asks the server; who is not signed in is led to where that is done. @throws Error in words for people */
export async function ask(path: string, init: RequestInit = {}): Promise<unknown> {
  const response = await fetch(path, init).catch(() => {
    throw new Error('daylit does not answer.');
  });
  if (response.status === 401) location.assign(`login${location.hash}`);
  if (response.status === 204) return undefined;
  const body: unknown = await response.json().catch(() => undefined);
  if (response.ok) return body;
  const { error } = (body ?? {}) as Refusal;
  throw new Error([error?.message ?? `status ${response.status}`, error?.hint].filter(Boolean).join('. '));
}

/** Sends JSON. @throws Error in words for people */
export function tell(method: 'PUT' | 'PATCH', path: string, body: unknown): Promise<unknown> {
  return ask(path, { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
}

/** @throws Error in words for people */
export async function whoAmI(): Promise<Caller> {
  return (await ask('api/me')) as Caller;
}

/** Forgets who one is, here and on the server. */
export async function signOut(): Promise<void> {
  await ask('api/sign-out', { method: 'POST' });
  location.assign('login');
}

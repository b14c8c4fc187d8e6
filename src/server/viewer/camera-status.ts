/** Where a camera stands, as the server tells it (`/api/cameras/<id>`). */
export interface CameraStatus {
  readonly id: string;
  readonly name: string;
  readonly state: 'connecting' | 'live' | 'frozen' | 'stalled' | 'reconnecting' | 'failed' | 'ended';
  readonly reason: string;
  readonly retryInMs?: number;
  readonly fps: number;
  readonly dropped: number;
  readonly size?: { readonly width: number; readonly height: number };
  readonly provider: string;
  /** None where a palette colours. */
  readonly references?: readonly Photo[];
  /** Over WebSocket: this viewer's own. */
  readonly viewer?: { readonly sent: number; readonly dropped: number };
}

/** A daylight photo of the camera. */
export interface Photo {
  readonly id: string;
  readonly name: string;
  readonly inUse: boolean;
}

/** An answer that says what went wrong. */
interface Refusal {
  readonly error?: { readonly message?: string; readonly hint?: string };
}

/** Asks the server. @throws Error in words for people */
export async function ask(path: string, init: RequestInit = {}): Promise<unknown> {
  const response = await fetch(path, init).catch(() => {
    throw new Error('daylit does not answer.');
  });
  if (response.status === 204) return undefined;
  const body: unknown = await response.json().catch(() => undefined);
  if (response.ok) return body;
  const { error } = (body ?? {}) as Refusal;
  throw new Error([error?.message ?? `status ${response.status}`, error?.hint].filter(Boolean).join('. '));
}

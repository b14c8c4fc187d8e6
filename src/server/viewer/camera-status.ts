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
  /** From 0 to 1. */
  readonly smoothing: number;
  /** Which false colours; null: the model's. */
  readonly palette: string | null;
  /** None where photos cannot be used. */
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

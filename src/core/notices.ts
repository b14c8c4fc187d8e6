/** Something a user should be told while a job runs; never an error. */
export interface Notice {
  /** Stable name for programs. */
  readonly kind:
    | 'provider-refused'
    | 'provider-chosen'
    | 'polarity'
    | 'palette'
    | 'agc'
    | 'frozen'
    | 'cut'
    | 'tracks-left-out'
    | 'ffmpeg'
    | 'input-damaged'
    | 'reference'
    | 'listening'
    | 'server'
    | 'cameras'
    | 'detections'
    | 'service'
    | 'model-lost'
    | 'model-back'
    | 'certificate'
    | 'retention'
    | 'interrupted';
  /** One plain sentence. */
  readonly message: string;
  readonly data?: Readonly<Record<string, string | number | boolean>>;
}

/** Receives notices; must not throw. */
export type Notify = (notice: Notice) => void;

/** For callers that do not care. */
export const silent: Notify = () => undefined;

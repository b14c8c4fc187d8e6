import type { ErrorCode } from '../core/errors.js';
import type { Size } from '../core/frame.js';
import type { Manifest } from './manifest.js';
import type { Calibration, Precision, PrecisionChoice } from './precision.js';
import type { Refusal } from './providers.js';
import type { Leg } from './relay.js';
import type { ThreadTimes } from './thread-choice.js';
import type { Moment } from './temporal-state.js';
import type { KeyedTokens, Tokens } from './tokens.js';

/** What the inference thread is born with. */
export interface WorkerStart {
  readonly manifest: Manifest;
  readonly frameGraph: Uint8Array<ArrayBuffer>;
  readonly int8Graph?: Uint8Array<ArrayBuffer>;
  readonly encoderGraph: Uint8Array<ArrayBuffer>;
  readonly nullTokens: Uint8Array<ArrayBuffer>;
  readonly device: string;
  /** Inside one operator. */
  readonly threads: number;
  /** More may be used where they are worth it, up to this many. */
  readonly mostThreads: number;
  readonly precision: PrecisionChoice;
  /** On the cpu, whether the frame graph is cut in two where model.json names a place for it. */
  readonly split: boolean;
  /** Where what the graphs' speeds were is kept; false: nowhere. */
  readonly calibrationFolder: string | false;
  /** Memory of the RunGuard. */
  readonly guard: SharedArrayBuffer;
}

/** What runs the frame graph, once it is loaded and warm. */
export interface Started {
  readonly provider: string;
  readonly precision: Precision;
  /** Inside one operator; counts for the cpu alone. */
  readonly threads: number;
  readonly refusals: readonly Refusal[];
  /** What the choice of precision rests on, where there was one. */
  readonly calibration?: Calibration;
  /** What the choice of threads rests on, where there was one. */
  readonly threadTimes?: readonly ThreadTimes[];
}

/** A frame on its way through the thread; both buffers come back. */
export interface FrameJob {
  readonly stream: number;
  readonly moment: Moment;
  /** gray8, tight rows. */
  readonly thermal: Uint8Array<ArrayBuffer>;
  /** rgb24, tight rows; filled by the thread. */
  readonly rgb: Uint8Array<ArrayBuffer>;
}

/** A frame of a stream that several threads colour; its pictures lie in memory that they share with the main one. */
export interface SharedFrameJob {
  readonly stream: number;
  readonly moment: Moment;
  /** Where the stream's state is, and whose turn. */
  readonly leg: Leg;
  /** gray8, tight rows. */
  readonly thermal: Uint8Array<SharedArrayBuffer>;
  /** rgb24, tight rows; filled by the thread. */
  readonly rgb: Uint8Array<SharedArrayBuffer>;
}

/** What the model made of the self-test's pictures. */
export interface SelfTestResult {
  readonly inputSha256: string;
  readonly withoutReference: readonly number[];
  readonly withReference: readonly number[];
  /** Median milliseconds of a run at `speedSize`. */
  readonly runMilliseconds: number;
  readonly speedSize: Size;
}

/** What can be asked of the thread. Calls are answered one after another, in the order asked. */
export interface Calls {
  /** Loads the frame graph with the first provider that passes the warm-up. */
  start: { takes: null; gives: Started };
  /** Encodes one prepared photo (rgb24 of the reference's size). */
  encode: { takes: { readonly photo: Uint8Array<ArrayBuffer> }; gives: Tokens };
  /** Sets what a stream, or all without photos of their own, are coloured after; none: the learned tokens. */
  references: { takes: { readonly stream?: number; readonly photos: readonly KeyedTokens[] }; gives: null };
  open: { takes: { readonly stream: number; readonly smoothing: number }; gives: null };
  frame: {
    takes: FrameJob;
    gives: Pick<FrameJob, 'thermal' | 'rgb'> & { readonly milliseconds: number };
  };
  sharedFrame: { takes: SharedFrameJob; gives: { readonly milliseconds: number } };
  close: { takes: { readonly stream: number }; gives: null };
  selfTest: { takes: null; gives: SelfTestResult };
  /** Releases the sessions and lets the thread end. */
  stop: { takes: null; gives: null };
}

export type CallName = keyof Calls;

/** Main → thread. */
export type Request = {
  [K in CallName]: { readonly id: number; readonly call: K; readonly takes: Calls[K]['takes'] };
}[CallName];

/** Thread → main. */
export type Reply =
  | { readonly id: number; readonly gives: Calls[CallName]['gives'] }
  | { readonly id: number; readonly code: ErrorCode; readonly detail: string };

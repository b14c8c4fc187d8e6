import { performance } from 'node:perf_hooks';
import { DaylitError } from '../core/errors.js';
import type { Size } from '../core/frame.js';
import { FrameEngine } from './frame-engine.js';
import { openGraph, FrameGraphOpener } from './frame-graph.js';
import { PHOTOS_INPUT } from './manifest.js';
import { reasonOf } from './providers.js';
import type { RunGuard } from './run-guard.js';
import { selfTestInput } from './self-test.js';
import { Runner } from './relay.js';
import type { FrameSession, GraphSession } from './session.js';
import { TokenShelf } from './token-shelf.js';
import { nullTokens, tokenShapeComplaint, type KeyedTokens, type Tokens } from './tokens.js';
import { runTimes, selfTestMeans } from './warm-up.js';
import type { FrameJob, SelfTestResult, SharedFrameJob, Started, WorkerStart } from './worker-messages.js';

const SPEED_SIZE: Size = { width: 640, height: 512 };
const SPEED_PATIENCE = { rounds: 5, milliseconds: 10_000 };

interface OpenStream {
  readonly engine: FrameEngine;
  /** Of the stream's own photos; undefined: it follows the common ones. */
  tokens?: Tokens;
}

/** All that the inference thread holds: the graphs on one provider, the reference tokens, and each stream's engine. */
export class Inference {
  readonly #model: WorkerStart;
  readonly #guard: RunGuard;
  readonly #none: Tokens;
  readonly #shelf: TokenShelf;
  readonly #streams = new Map<number, OpenStream>();
  #frameGraph: FrameSession | undefined;
  #encoder: GraphSession | undefined;
  /** Pictures of a frame that came in shared memory; used anew for the next. */
  #own: Pick<FrameJob, 'thermal' | 'rgb'> | undefined;
  /** Of the photos that streams without their own are coloured after. */
  #common: Tokens;

  /** @throws DaylitError MODEL_INVALID if the null tokens do not fit. */
  constructor(model: WorkerStart, guard: RunGuard) {
    this.#model = model;
    this.#guard = guard;
    this.#none = nullTokens(model.manifest, model.nullTokens);
    this.#shelf = new TokenShelf(model.manifest, this.#none);
    this.#common = this.#none;
  }

  /**
   * Loads the frame graph with the first provider that opens it and passes a warm-up frame.
   * @throws DaylitError MODEL_INVALID, MODEL_FAILED, PROVIDER_UNAVAILABLE
   */
  async start(): Promise<Started> {
    const { session, ...started } = await new FrameGraphOpener(this.#model, this.#guard, this.#none).open();
    this.#frameGraph = session;
    return started;
  }

  /** Encodes one prepared photo (rgb24). @throws DaylitError MODEL_INVALID, MODEL_FAILED */
  async encode(photo: Uint8Array<ArrayBuffer>): Promise<Tokens> {
    const { manifest, encoderGraph } = this.#model;
    const { height, width } = manifest.reference;
    // On the cpu whatever runs the frames: it runs once a photo, and a cached encoding must not depend on the device.
    const spec = manifest.graphs.referenceEncoder;
    this.#encoder ??= await openGraph(encoderGraph, spec, 'cpu', this.#model, this.#guard);
    const encoder = this.#encoder;
    const results = await this.#guard
      .during(() => encoder.runUnsized({ [PHOTOS_INPUT]: { data: photo, shape: [1, height, width, 3] } }))
      .catch((cause: unknown) => {
        throw new DaylitError('MODEL_FAILED', reasonOf(cause), { cause });
      });
    return Object.fromEntries(
      manifest.tokens.map((name) => {
        const tensor = results[name];
        const complaint = tokenShapeComplaint(manifest, name, tensor?.shape ?? []);
        if (!(tensor?.data instanceof Float32Array) || complaint !== undefined) {
          throw new DaylitError('MODEL_INVALID', `${manifest.graphs.referenceEncoder.file}: ${complaint ?? name}`);
        }
        if (!tensor.data.every((value) => Number.isFinite(value))) {
          throw new DaylitError('MODEL_FAILED', `the reference encoder's ${name} are not finite`);
        }
        return [name, { data: tensor.data, shape: tensor.shape }];
      }),
    );
  }

  /**
   * Sets what a stream is coloured after from its next frame on; smoothing does not bridge the change.
   * @param stream left out: all streams that have no photos of their own
   */
  useReferences(photos: readonly KeyedTokens[], stream?: number): void {
    const tokens = this.#shelf.set(photos);
    if (stream !== undefined) {
      const open = this.#open(stream);
      if (open.tokens !== tokens) open.engine.forget();
      open.tokens = tokens;
      return;
    }
    if (this.#common === tokens) return;
    this.#common = tokens;
    for (const open of this.#streams.values()) if (open.tokens === undefined) open.engine.forget();
  }

  openStream(stream: number, smoothing: number): void {
    this.#streams.set(stream, { engine: new FrameEngine(this.#session(), this.#model.manifest, smoothing) });
  }

  closeStream(stream: number): void {
    this.#streams.get(stream)?.engine.dispose();
    this.#streams.delete(stream);
  }

  /** Colours a frame into `job.rgb`; gives the milliseconds it took. @throws DaylitError MODEL_FAILED */
  async colorize(job: FrameJob, runner?: Runner): Promise<number> {
    const { engine, tokens = this.#common } = this.#open(job.stream);
    const start = performance.now();
    await this.#guard.during(() => engine.colorize(job.thermal, job.rgb, job.moment, tokens, runner));
    return performance.now() - start;
  }

  /** The same for a frame whose turn must come; waiting for it does not count. */
  async colorizeShared({ stream, moment, leg, thermal, rgb }: SharedFrameJob): Promise<number> {
    const runner = new Runner(leg);
    try {
      // onnxruntime takes no shared memory.
      if (this.#own?.rgb.length !== rgb.length) {
        this.#own = { thermal: new Uint8Array(thermal.length), rgb: new Uint8Array(rgb.length) };
      }
      const own = this.#own;
      own.thermal.set(thermal);
      const milliseconds = await this.colorize({ stream, moment, ...own }, runner);
      rgb.set(own.rgb);
      return milliseconds - runner.waited;
    } finally {
      runner.end();
    }
  }

  /** Runs the made-up pictures of model.json's self-test, then measures the speed. */
  async selfTest(): Promise<SelfTestResult> {
    const { manifest } = this.#model;
    const { seed, size } = manifest.selfTest;
    const { photo, sha256 } = selfTestInput(seed, size, manifest.reference);
    const session = this.#session();
    const context = { manifest, guard: this.#guard, tokens: this.#none };
    const withoutReference = await selfTestMeans(session, context);
    const withReference = await selfTestMeans(session, { ...context, tokens: await this.encode(photo) });
    const { size: speedSize, times } = await runTimes([session], SPEED_SIZE, SPEED_PATIENCE, context);
    const sorted = (times[0] ?? []).toSorted((a, b) => a - b);
    const runMilliseconds = sorted[Math.floor(sorted.length / 2)] ?? NaN;
    return { inputSha256: sha256, withoutReference, withReference, runMilliseconds, speedSize };
  }

  async release(): Promise<void> {
    await this.#guard.during(async () => {
      await this.#frameGraph?.release();
      await this.#encoder?.release();
    });
  }

  #open(stream: number): OpenStream {
    const open = this.#streams.get(stream);
    if (open === undefined) throw new DaylitError('INTERNAL', `stream ${stream} is not open`);
    return open;
  }

  #session(): FrameSession {
    if (this.#frameGraph === undefined) throw new DaylitError('INTERNAL', 'no model is loaded');
    return this.#frameGraph;
  }
}

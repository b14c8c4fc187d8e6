import { performance } from 'node:perf_hooks';
import { DaylitError } from '../core/errors.js';
import type { Size } from '../core/frame.js';
import { FrameEngine } from './frame-engine.js';
import { PHOTOS_INPUT } from './manifest.js';
import { candidates, reasonOf, thisPlatform, type Refusal } from './providers.js';
import type { RunGuard } from './run-guard.js';
import { blockMeans, greatestDifference, selfTestInput } from './self-test.js';
import { GraphSession, type Provider } from './session.js';
import { paddedSize } from './tensors.js';
import { joinTokens, nullTokens, tokenShapeComplaint, type Tokens } from './tokens.js';
import type { FrameJob, SelfTestResult, WorkerStart } from './worker-messages.js';

/** A device that takes longer for the small warm-up frame, in milliseconds, is a software stand-in: the cpu is faster. */
const WARM_UP_LIMIT_MS = 100;
const SPEED_SIZE: Size = { width: 640, height: 512 };
const SPEED_RUNS = 5;

/** All that the inference thread holds: the graphs on one provider, the reference tokens, and each stream's engine. */
export class Inference {
  readonly #model: WorkerStart;
  readonly #guard: RunGuard;
  readonly #none: Tokens;
  readonly #engines = new Map<number, FrameEngine>();
  #frameGraph: GraphSession | undefined;
  #encoder: GraphSession | undefined;
  #tokens: Tokens;

  /** @throws DaylitError MODEL_INVALID if the null tokens do not fit. */
  constructor(model: WorkerStart, guard: RunGuard) {
    this.#model = model;
    this.#guard = guard;
    this.#none = nullTokens(model.manifest, model.nullTokens);
    this.#tokens = this.#none;
  }

  /**
   * Loads the frame graph with the first provider that opens it and passes a warm-up frame.
   * @throws DaylitError MODEL_INVALID, MODEL_FAILED, PROVIDER_UNAVAILABLE
   */
  async start(): Promise<{ provider: string; refusals: readonly Refusal[] }> {
    const { device } = this.#model;
    const ladder = candidates(device, thisPlatform());
    const refusals = [...ladder.refused];
    for (const provider of ladder.try) {
      const reason = await this.#try(provider);
      if (reason === undefined) return { provider, refusals };
      if (provider === 'cpu') throw new DaylitError('MODEL_FAILED', reason);
      refusals.push({ provider, reason });
    }
    const reasons = refusals.map((refusal) => `${refusal.provider}: ${refusal.reason}`).join('; ');
    throw new DaylitError(device === 'auto' ? 'MODEL_FAILED' : 'PROVIDER_UNAVAILABLE', reasons);
  }

  /** Encodes one prepared photo (rgb24). @throws DaylitError MODEL_INVALID, MODEL_FAILED */
  async encode(photo: Uint8Array<ArrayBuffer>): Promise<Tokens> {
    const { manifest, encoderGraph } = this.#model;
    const { height, width } = manifest.reference;
    // On the cpu whatever runs the frames: it runs once a photo, and a cached encoding must not depend on the device.
    this.#encoder ??= await this.#open('cpu', encoderGraph, 'referenceEncoder');
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

  /** Sets what all streams are coloured after, from their next frames on; smoothing does not bridge the change. */
  useReferences(references: readonly Tokens[]): void {
    for (const engine of this.#engines.values()) engine.forget();
    this.#tokens = references.length === 0 ? this.#none : joinTokens(this.#model.manifest, references);
  }

  openStream(stream: number, smoothing: number): void {
    this.#engines.set(stream, this.#engine(smoothing));
  }

  closeStream(stream: number): void {
    this.#engines.delete(stream);
  }

  /** Colours a frame into `job.rgb`; gives the milliseconds it took. @throws DaylitError MODEL_FAILED */
  async colorize(job: FrameJob): Promise<number> {
    const engine = this.#engines.get(job.stream);
    if (engine === undefined) throw new DaylitError('INTERNAL', `stream ${job.stream} is not open`);
    const start = performance.now();
    await this.#guard.during(() => engine.colorize(job.thermal, job.rgb, job.moment, this.#tokens));
    return performance.now() - start;
  }

  /** Runs the made-up pictures of model.json's self-test, then measures the speed. */
  async selfTest(): Promise<SelfTestResult> {
    const { manifest } = this.#model;
    const { seed, size } = manifest.selfTest;
    const { photo, sha256 } = selfTestInput(seed, size, manifest.reference);
    const withoutReference = await this.#selfTestMeans(this.#none);
    const withReference = await this.#selfTestMeans(await this.encode(photo));
    const speedSize = paddedSize(SPEED_SIZE, manifest.frameMultiple);
    const times: number[] = [];
    const engine = this.#engine(0);
    const still = { size: speedSize, epoch: 0, seconds: 0, cut: false, frozen: false };
    const { frame } = selfTestInput(seed, speedSize, manifest.reference);
    const rgb = new Uint8Array(frame.length * 3);
    for (let run = 0; run <= SPEED_RUNS; run += 1) {
      const start = performance.now();
      await this.#guard.during(() => engine.colorize(frame, rgb, still, this.#none));
      if (run > 0) times.push(performance.now() - start);
    }
    times.sort((a, b) => a - b);
    const runMilliseconds = times[Math.floor(times.length / 2)] ?? NaN;
    return { inputSha256: sha256, withoutReference, withReference, runMilliseconds, speedSize };
  }

  async release(): Promise<void> {
    await this.#guard.during(async () => {
      await this.#frameGraph?.release();
      await this.#encoder?.release();
    });
  }

  /** Why a provider cannot be used; undefined, and its session kept, if it can. */
  async #try(provider: Provider): Promise<string | undefined> {
    try {
      this.#frameGraph = await this.#open(provider, this.#model.frameGraph, 'frame');
    } catch (thrown) {
      if (thrown instanceof DaylitError) throw thrown;
      return reasonOf(thrown);
    }
    const reason = await this.#warmUp(provider).catch(reasonOf);
    if (reason === undefined) return undefined;
    const unfit = this.#frameGraph;
    this.#frameGraph = undefined;
    await this.#guard.during(() => unfit.release());
    return reason;
  }

  async #open(provider: Provider, bytes: Uint8Array, graph: 'frame' | 'referenceEncoder'): Promise<GraphSession> {
    const { manifest, threads } = this.#model;
    const spec = manifest.graphs[graph];
    try {
      return await this.#guard.during(() => GraphSession.open(bytes, spec, { provider, threads }));
    } catch (thrown) {
      if (thrown instanceof DaylitError || provider !== 'cpu') throw thrown;
      throw new DaylitError('MODEL_INVALID', `${spec.file}: ${reasonOf(thrown)}`, { cause: thrown });
    }
  }

  /** Colours the self-test's frame twice and looks at the result. */
  async #warmUp(provider: Provider): Promise<string | undefined> {
    const { manifest, device } = this.#model;
    const { tolerance, withoutReference } = manifest.selfTest;
    const first = greatestDifference(await this.#selfTestMeans(this.#none), withoutReference);
    if (!(first <= tolerance))
      return `its warm-up frame is ${first.toFixed(1)} grey levels off what the model's maker got`;
    if (provider === 'cpu' || device !== 'auto') return undefined;
    const start = performance.now();
    await this.#selfTestMeans(this.#none);
    const elapsed = performance.now() - start;
    return elapsed > WARM_UP_LIMIT_MS ? `too slow: ${elapsed.toFixed(0)} ms for a small frame` : undefined;
  }

  async #selfTestMeans(tokens: Tokens): Promise<readonly number[]> {
    const { manifest } = this.#model;
    const { seed, size, columns, rows } = manifest.selfTest;
    const { frame } = selfTestInput(seed, size, manifest.reference);
    const rgb = new Uint8Array(size.width * size.height * 3);
    const engine = this.#engine(0);
    const moment = { size, epoch: 0, seconds: 0, cut: false, frozen: false };
    await this.#guard.during(() => engine.colorize(frame, rgb, moment, tokens));
    if (!engine.stateIsFinite()) throw new Error('the state after the warm-up frame is not finite');
    if (rgb.every((value) => value === rgb[0])) throw new Error('the warm-up frame came out in one colour');
    return blockMeans(rgb, size, columns, rows);
  }

  #engine(smoothing: number): FrameEngine {
    if (this.#frameGraph === undefined) throw new DaylitError('INTERNAL', 'no model is loaded');
    return new FrameEngine(this.#frameGraph, this.#model.manifest, smoothing);
  }
}

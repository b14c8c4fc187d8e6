import { performance } from 'node:perf_hooks';
import { DaylitError } from '../core/errors.js';
import { calibrationKey, precisionSchema, readCalibration, writeCalibration } from './calibration-cache.js';
import { toleranceOf, type GraphSpec } from './manifest.js';
import { choosePrecision, type Calibration, type Precision } from './precision.js';
import { candidates, reasonOf, runtimeVersion, thisPlatform, type Refusal } from './providers.js';
import type { RunGuard } from './run-guard.js';
import { greatestDifference } from './self-test.js';
import { GraphSession, type FrameSession, type Provider } from './session.js';
import { SplitGraph } from './split-graph.js';
import type { Tokens } from './tokens.js';
import { spread } from './thread-calibration.js';
import { runTimes, selfTestMeans } from './warm-up.js';
import type { Started, WorkerStart } from './worker-messages.js';

/** A device that takes longer for the small warm-up frame, in milliseconds, is a software stand-in: the cpu is faster. */
const WARM_UP_LIMIT_MS = 100;
/** Large enough that the graph counts and not the calls of its many small operators, small enough to be over soon. */
const CALIBRATION_SIZE = { width: 480, height: 384 };
const CALIBRATION_PATIENCE = { rounds: 8, milliseconds: 100 };

/** Finds the provider and the precision for the frame graph, and loads it. */
export class FrameGraphOpener {
  readonly #model: WorkerStart;
  readonly #guard: RunGuard;
  /** The learned tokens for 'no reference'. */
  readonly #tokens: Tokens;

  constructor(model: WorkerStart, guard: RunGuard, tokens: Tokens) {
    this.#model = model;
    this.#guard = guard;
    this.#tokens = tokens;
  }

  /**
   * Loads the frame graph with the first provider that opens it and passes a warm-up frame.
   * @throws DaylitError MODEL_INVALID, MODEL_FAILED, PROVIDER_UNAVAILABLE
   */
  async open(): Promise<Started & { readonly session: FrameSession }> {
    const { device, precision, threads } = this.#model;
    // Bytes are for the cpu: GPUs count in floats, and fast.
    const ladder = candidates(precision === 'int8' && device === 'auto' ? 'cpu' : device, thisPlatform());
    const refusals = [...ladder.refused];
    for (const provider of ladder.try) {
      if (provider === 'cpu') {
        const opened = await this.#openOnCpu(refusals);
        const more = (count: number): Promise<FrameSession> => this.#load('cpu', opened.precision, count);
        return spread(opened, this.#model, more, this.#warmUpContext());
      }
      const tried = await this.#try(provider, 'fp32');
      if (typeof tried !== 'string') return { session: tried, provider, precision: 'fp32', threads, refusals };
      refusals.push({ provider, reason: tried });
    }
    const reasons = refusals.map((refusal) => `${refusal.provider}: ${refusal.reason}`).join('; ');
    throw new DaylitError(device === 'auto' ? 'MODEL_FAILED' : 'PROVIDER_UNAVAILABLE', reasons);
  }

  async #openOnCpu(refusals: readonly Refusal[]): Promise<Started & { readonly session: FrameSession }> {
    const { precision, int8Graph, threads } = this.#model;
    if (precision === 'auto' && int8Graph !== undefined) return this.#openFaster(refusals);
    const chosen = precision === 'int8' ? 'int8' : 'fp32';
    return { session: await this.#must(chosen), provider: 'cpu', precision: chosen, threads, refusals };
  }

  /** What an earlier start found to be faster; else both are loaded and measured, and the slower let go. */
  async #openFaster(refusals: readonly Refusal[]): Promise<Started & { readonly session: FrameSession }> {
    const { manifest, threads, calibrationFolder: folder } = this.#model;
    const key = calibrationKey(manifest, { version: runtimeVersion(), threads });
    const known = folder === false ? undefined : await readCalibration(folder, key, precisionSchema);
    const started = (session: FrameSession, precision: Precision, calibration: Calibration, more: Refusal[] = []) => ({
      ...{ session, precision, calibration, threads, provider: 'cpu', refusals: [...refusals, ...more] },
    });
    if (known !== undefined && choosePrecision(known, this.#tolerance('int8')) === 'fp32') {
      return started(await this.#must('fp32'), 'fp32', known);
    }
    const int8 = await this.#try('cpu', 'int8').catch(reasonOf);
    if (known !== undefined && typeof int8 !== 'string') return started(int8, 'int8', known);
    const fp32 = await this.#must('fp32');
    if (typeof int8 === 'string') {
      const refusal = { provider: 'cpu (int8)', reason: int8 };
      return { session: fp32, precision: 'fp32', threads, provider: 'cpu', refusals: [...refusals, refusal] };
    }
    const calibration = await this.#calibrate(fp32, int8);
    if (folder !== false) await writeCalibration(folder, key, calibration);
    const chosen = choosePrecision(calibration, this.#tolerance('int8'));
    await this.#release(chosen === 'int8' ? fp32 : int8);
    return started(chosen === 'int8' ? int8 : fp32, chosen, calibration);
  }

  async #calibrate(fp32: FrameSession, int8: FrameSession): Promise<Calibration> {
    const context = this.#warmUpContext();
    const difference = greatestDifference(await selfTestMeans(int8, context), await selfTestMeans(fp32, context));
    const { times } = await runTimes([fp32, int8], CALIBRATION_SIZE, CALIBRATION_PATIENCE, context);
    const [fp32Milliseconds = 0, int8Milliseconds = 0] = times.map((each) => Math.min(...each));
    return { fp32Milliseconds, int8Milliseconds, difference };
  }

  /** @throws DaylitError MODEL_INVALID, MODEL_FAILED */
  async #must(precision: Precision): Promise<FrameSession> {
    const tried = await this.#try('cpu', precision);
    if (typeof tried !== 'string') return tried;
    throw new DaylitError('MODEL_FAILED', tried);
  }

  /** The loaded graph, or why a provider cannot be used. */
  async #try(provider: Provider, precision: Precision): Promise<FrameSession | string> {
    let session: FrameSession;
    try {
      session = await this.#load(provider, precision, this.#model.threads);
    } catch (thrown) {
      if (thrown instanceof DaylitError) throw thrown;
      return reasonOf(thrown);
    }
    const reason = await this.#warmUp(session, provider, precision).catch(reasonOf);
    if (reason === undefined) return session;
    await this.#release(session);
    return reason;
  }

  #load(provider: Provider, precision: Precision, threads: number): Promise<FrameSession> {
    const { manifest, frameGraph, int8Graph, split } = this.#model;
    const { variants, ...spec } = manifest.graphs.frame;
    const int8 = precision === 'int8' ? variants?.int8 : undefined;
    const bytes = int8 === undefined ? frameGraph : (int8Graph ?? frameGraph);
    const file = int8?.file ?? spec.file;
    const { drawn } = spec;
    if (split && provider === 'cpu' && drawn !== undefined) {
      return this.#guard.during(() => SplitGraph.open(bytes, manifest, { drawn, file, threads }));
    }
    const stay = manifest.state.map(({ output }) => output);
    return openGraph(bytes, { ...spec, file }, provider, { threads }, this.#guard, stay);
  }

  /** Colours the self-test's frame and looks at the result; undefined if all is well. */
  async #warmUp(session: FrameSession, provider: Provider, precision: Precision): Promise<string | undefined> {
    const { manifest, device } = this.#model;
    const context = this.#warmUpContext();
    const off = greatestDifference(await selfTestMeans(session, context), manifest.selfTest.withoutReference);
    if (!(off <= this.#tolerance(precision))) {
      return `its warm-up frame is ${off.toFixed(1)} grey levels off what the model's maker got`;
    }
    if (provider === 'cpu' || device !== 'auto') return undefined;
    const start = performance.now();
    await selfTestMeans(session, context);
    const elapsed = performance.now() - start;
    return elapsed > WARM_UP_LIMIT_MS ? `too slow: ${elapsed.toFixed(0)} ms for a small frame` : undefined;
  }

  #warmUpContext(): Parameters<typeof selfTestMeans>[1] {
    return { manifest: this.#model.manifest, guard: this.#guard, tokens: this.#tokens };
  }

  #tolerance(precision: Precision): number {
    return toleranceOf(this.#model.manifest, precision);
  }

  #release(session: FrameSession): Promise<void> {
    return this.#guard.during(() => session.release());
  }
}

/** Loads a graph. @throws DaylitError MODEL_INVALID; whatever onnxruntime throws if a provider but the cpu cannot. */
export async function openGraph(
  bytes: Uint8Array,
  spec: GraphSpec,
  provider: Provider,
  { threads }: Pick<WorkerStart, 'threads'>,
  guard: RunGuard,
  stay: readonly string[] = [],
): Promise<GraphSession> {
  try {
    return await guard.during(() => GraphSession.open(bytes, spec, { provider, threads }, stay));
  } catch (thrown) {
    if (thrown instanceof DaylitError || provider !== 'cpu') throw thrown;
    throw new DaylitError('MODEL_INVALID', `${spec.file}: ${reasonOf(thrown)}`, { cause: thrown });
  }
}

import { setImmediate as otherTasks } from 'node:timers/promises';
import type { BufferPool } from '../../core/buffer-pool.js';
import type { Clock } from '../../core/clock.js';
import type { Source, SourceInfo } from '../../core/contracts.js';
import { byteLengthOf, frameOf, type Frame, type PixelFormat, type Size } from '../../core/frame.js';
import { parseSyntheticAddress, type SyntheticOptions } from './address.js';
import { Composer } from './compose.js';
import { TelemetryTrack } from '../../telemetry/track.js';
import { openDrone } from './drone.js';
import { droneTelemetry } from './drone-telemetry.js';
import type { OpenScene, Scene } from './scene.js';
import { driftAt, RADIOMETRY, Sensor } from './sensor.js';
import { openStreet } from './street.js';
import { Timeline } from './timeline.js';

const SCENES: Readonly<Record<SyntheticOptions['scene'], OpenScene>> = { street: openStreet, drone: openDrone };

/**
 * Opens a made-up scene, `synthetic:street` or `synthetic:drone`, as a radiometric 16-bit thermal stream, or with
 * `view=daylight` as the rgb24 picture of the same things at the same instants.
 *
 * Frames depend on the address alone. The thermal view has noise, drift and (`ffc=N`) freezes; the daylight view has
 * none of them, so it is the exact answer to what a frame showed at its instant.
 * @throws DaylitError OPTION_INVALID for a scene, option or value that there is not.
 */
export function openSynthetic(
  address: string,
  { pool, clock }: { readonly pool: BufferPool; readonly clock: Clock },
): Source {
  const options = parseSyntheticAddress(address);
  const { scene, size, frameRate, frames, view } = options;
  const format: PixelFormat = view === 'daylight' ? 'rgb24' : 'gray16le';
  const timeBase = { numerator: frameRate.denominator, denominator: frameRate.numerator };
  const radiometry = view === 'daylight' ? {} : { radiometry: RADIOMETRY };
  const info: SourceInfo = {
    kind: 'synthetic',
    label: address,
    delivery: 'waitForRoom',
    size,
    format,
    frameRate,
    timeBase,
    ...(Number.isFinite(frames) ? { frameCount: frames } : {}),
    ...radiometry,
    ...(scene === 'drone' ? { telemetry: 'synthetic' } : {}),
  };
  async function* generate(signal?: AbortSignal): AsyncGenerator<Frame, void, undefined> {
    const renderer = new Renderer(options);
    const timeline = new Timeline(options);
    const track = scene === 'drone' ? new TelemetryTrack() : undefined;
    for (let sequence = 0; sequence < frames && signal?.aborted !== true; sequence += 1) {
      const pixels = pool.take(byteLengthOf(format, size));
      renderer.render(sequence, pixels);
      // Painting fills the thread: without a turn for others, no signal would ever get through.
      await otherTasks();
      const seconds = timeline.secondsAt(sequence);
      track?.push({ seconds, telemetry: droneTelemetry(seconds, timeline.placeAt(seconds), size) });
      const telemetry = track?.at(seconds);
      const fresh = {
        ...{ pixels, format, size, pts: sequence, timeBase, arrivedAt: clock.now(), sequence, ...radiometry },
        ...(telemetry === undefined ? {} : { telemetry }),
      };
      yield frameOf(fresh, () => {
        pool.give(pixels);
      });
    }
  }
  return { info, frames: generate };
}

/**
 * The daylight view of a synthetic address at a time: a reference photo, or the ground truth for the thermal frame of
 * that time (`secondsOf(frame)`; during an FFC freeze the thermal frame is older than the time says).
 * @returns tight rgb24 rows
 * @throws DaylitError OPTION_INVALID for a scene, option or value that there is not.
 */
export function renderDaylight(
  address: string,
  atSeconds: number,
): { readonly pixels: Uint8Array<ArrayBuffer>; readonly size: Size } {
  const options: SyntheticOptions = { ...parseSyntheticAddress(address), view: 'daylight' };
  const pixels = new Uint8Array(new ArrayBuffer(byteLengthOf('rgb24', options.size)));
  new Renderer(options).renderDaylight(atSeconds, pixels);
  return { pixels, size: options.size };
}

/** Makes the frames of one stream, in any order. */
class Renderer {
  readonly #scene: Scene;
  readonly #timeline: Timeline;
  readonly #composer: Composer;
  /** None for the daylight view, which is exact. */
  readonly #sensor: Sensor | undefined;

  constructor(options: SyntheticOptions) {
    const { scene, seed, size, view, noise } = options;
    this.#scene = SCENES[scene](seed, size, view);
    this.#timeline = new Timeline(options);
    this.#composer = new Composer(size, view);
    this.#sensor = view === 'thermal' ? new Sensor(size, seed, noise) : undefined;
  }

  render(frame: number, pixels: Uint8Array<ArrayBuffer>): void {
    if (this.#sensor === undefined) {
      this.renderDaylight(this.#timeline.secondsAt(frame), pixels);
      return;
    }
    const shown = this.#timeline.shownAt(frame);
    const seconds = this.#timeline.secondsAt(shown);
    this.#compose(seconds);
    const drift = driftAt(seconds, this.#timeline.sinceCalibration(seconds));
    this.#sensor.expose(this.#composer.picture, shown, drift, new Uint16Array(pixels.buffer));
  }

  renderDaylight(seconds: number, pixels: Uint8Array): void {
    this.#compose(seconds);
    const { picture } = this.#composer;
    for (let i = 0; i < pixels.length; i += 1) pixels[i] = Math.min(255, (picture[i] ?? 0) + 0.5);
  }

  #compose(seconds: number): void {
    this.#composer.compose(this.#scene.at(seconds, this.#timeline.placeAt(seconds)));
  }
}

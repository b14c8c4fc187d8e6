import { BufferPool } from './core/buffer-pool.js';
import type { Colorizer } from './core/contracts.js';
import type { Notify } from './core/notices.js';
import { present } from './core/present.js';
import type { StreamOptions } from './config.js';
import { SMOOTHING } from './create-daylit.js';
import type { Reference } from './model/reference-photo.js';
import { createPaletteColorizer } from './pipeline/palette-colorizer.js';
import { SharedColorizers } from './shared-colorizers.js';

/** Every camera of a process looks here, unless told otherwise. */
const OF_THIS_PROCESS = new SharedColorizers();

/** What colours one camera: its own stream of a shared colorizer, or a palette. Its stream can be opened once. */
export interface CameraColours extends Colorizer {
  /** What runs the model, or the palette. */
  readonly provider: string;
  /** Changes the photos of this camera while it runs, of no other; none where a palette colours. */
  readonly useReferences?: (references: readonly Reference[]) => Promise<void>;
}

/** Resolves when the photos are encoded. @throws DaylitError as createColorizer */
export async function openCameraColours(
  { palette, model, threads, device, precision, smoothing = SMOOTHING }: StreamOptions,
  references: readonly Reference[],
  notify: Notify,
  colorizers = OF_THIS_PROCESS,
): Promise<CameraColours> {
  if (palette !== undefined) {
    const colorizer = createPaletteColorizer(palette, new BufferPool(16));
    return { provider: palette, stream: (options) => colorizer.stream(options), close: () => colorizer.close() };
  }
  const choice = { device, precision, ...present({ modelFolder: model, threads }) };
  const { colorizer, giveBack } = await colorizers.take(choice, notify);
  const stream = colorizer.stream({ smoothing, references });
  const close = async (): Promise<void> => {
    await stream.close();
    await giveBack();
  };
  try {
    await stream.ready;
  } catch (thrown) {
    await close();
    throw thrown;
  }
  return {
    get provider() {
      return colorizer.info.provider;
    },
    useReferences: (wanted) => stream.useReferences(wanted),
    // Photos can be changed as long as the camera is there, also when its pictures have come to an end.
    stream: () => ({ colorize: (frame) => stream.colorize(frame), close: () => Promise.resolve() }),
    close,
  };
}

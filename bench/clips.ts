import { join } from 'node:path';
import { colorize } from '../src/create-daylit.js';
import { sources } from '../src/parts.js';
import { savePhoto } from '../src/reference.js';

/** A scene that moves like a street seen by a thermal camera, the same on every machine. */
const SCENE = 'synthetic:street';

/** What the cases are fed with; made once, before anything is timed. */
export class Clips {
  readonly #folder: string;
  readonly #made = new Map<string, Promise<string>>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** A white-hot 8-bit recording: H.264, 25 frames a second. @param size as 640x512 */
  recording(size: string, frames: number): Promise<string> {
    return this.#once(`${size}-${frames}.mp4`, async (path) => {
      const input = [`${SCENE}?size=${size}&frames=${frames}`];
      await colorize({ input, outputs: [path], palette: 'white-hot', preset: 'veryfast', crf: 20 });
    });
  }

  /** The street's daylight photo. */
  photo(): Promise<string> {
    return this.#once('photo.jpg', (path) => savePhoto(SCENE, path));
  }

  /** Raw 16-bit pictures of 640×512, as the camera would give them. */
  async pictures(count: number): Promise<readonly Uint8Array<ArrayBuffer>[]> {
    const pictures: Uint8Array<ArrayBuffer>[] = [];
    const source = await sources.open(`${SCENE}?frames=${count}`);
    for await (const frame of source.frames()) {
      pictures.push(frame.pixels.slice());
      frame.release();
    }
    return pictures;
  }

  #once(name: string, make: (path: string) => Promise<void>): Promise<string> {
    const path = join(this.#folder, name);
    const made = this.#made.get(name) ?? make(path).then(() => path);
    this.#made.set(name, made);
    return made;
  }
}

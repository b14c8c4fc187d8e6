import type { Clock } from '../core/clock.js';
import { secondsOf } from '../core/frame.js';
import { present } from '../core/present.js';
import type { Moment } from './kept-frame.js';
import { encodePictureMessage, type Coding } from './viewer-protocol.js';

/** A coded picture as something to send: its age and metadata are those of the moment a message is made at. */
export type MakeMessage = () => Uint8Array<ArrayBuffer>;

/** What is said of every picture of one camera. */
export class PictureHeaders {
  readonly #camera: string;
  readonly #clock: Clock;
  readonly #metadata: () => Readonly<Record<string, unknown>>;

  /** @param metadata what goes with each picture besides, asked at the moment of sending */
  constructor(camera: string, clock: Clock, metadata: () => Readonly<Record<string, unknown>>) {
    this.#camera = camera;
    this.#clock = clock;
    this.#metadata = metadata;
  }

  /** @param picture how it was coded; `configuration` of a keyframe that needs one */
  message(
    moment: Moment,
    picture: {
      readonly coding: Coding;
      readonly keyframe: boolean;
      readonly coded: Uint8Array;
      readonly configuration?: Uint8Array | undefined;
    },
  ): MakeMessage {
    const { size, sequence, arrivedAt, epoch, marks, telemetry } = moment;
    const { coding, keyframe, coded, configuration } = picture;
    const header = {
      ...{ coding, keyframe, sequence, epoch, ...size },
      ptsMicroseconds: Math.round(1e6 * secondsOf(moment)),
      synthesised: marks.synthesised,
      frozen: marks.frozen === true,
      cut: marks.cut === true,
    };
    return () => {
      const ageMs = this.#clock.now() - arrivedAt;
      const seen = present({ telemetry: telemetry?.newest });
      const metadata = { camera: this.#camera, ...seen, ...this.#metadata() };
      return encodePictureMessage({ ...header, ageMs, metadata }, coded, configuration);
    };
  }
}

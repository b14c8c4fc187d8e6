/** A coded picture out of FLV. */
export interface FlvPicture {
  readonly keyframe: boolean;
  /** Decoding time in whole milliseconds, from the encoder's own zero. */
  readonly milliseconds: number;
  /** One access unit, each of its NAL units after its length in four bytes (AVCC). A view of nothing else. */
  readonly data: Uint8Array<ArrayBuffer>;
  /** The decoder's configuration that it was coded with: an AVCDecoderConfigurationRecord (ISO/IEC 14496-15). */
  readonly configuration: Uint8Array<ArrayBuffer>;
}

const FILE_HEADER = 9;
const TAG_HEADER = 11;
const TAG_SIZE = 4;
const VIDEO_TAG = 9;
/** Frame type and codec, kind of packet, composition offset. */
const AVC_HEADER = 5;
const AVC = 7;
const KEYFRAME = 1;
/** Kinds of AVC packets. */
const CONFIGURATION = 0;
const NAL_UNITS = 1;
const NOTHING: Uint8Array<ArrayBuffer> = new Uint8Array(0);

/**
 * Reads H.264 out of an FLV stream that arrives in chunks of any size. FLV says before each picture how long it is, so a
 * picture is complete when its last byte is here, and not only when the next one begins; and its pictures come in the
 * form that MP4 and WebCodecs want. Source: Adobe Flash Video File Format Specification 10.1, annex E.
 *
 * Holds at most one tag (16 MiB by its format).
 */
export class FlvDemuxer {
  #begun: Uint8Array = NOTHING;
  #configuration: Uint8Array<ArrayBuffer> = NOTHING;
  #skip = FILE_HEADER + TAG_SIZE;

  /** Takes the next bytes, which may be reused afterwards, and gives the pictures that they complete. */
  push(chunk: Uint8Array): FlvPicture[] {
    const bytes = this.#begun.length === 0 ? chunk : Buffer.concat([this.#begun, chunk]);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const pictures: FlvPicture[] = [];
    let at = Math.min(this.#skip, bytes.length);
    this.#skip -= at;
    while (bytes.length - at >= TAG_HEADER) {
      const length = view.getUint32(at) & 0xff_ffff;
      const end = at + TAG_HEADER + length;
      if (bytes.length < end + TAG_SIZE) break;
      // The low three bytes of the time come first, then the highest.
      const time = view.getUint32(at + 4);
      const milliseconds = (time >>> 8) + (time & 0xff) * 2 ** 24;
      if (view.getUint8(at) === VIDEO_TAG) this.#video(bytes.subarray(at + TAG_HEADER, end), milliseconds, pictures);
      at = end + TAG_SIZE;
    }
    this.#begun = Uint8Array.from(bytes.subarray(at));
    return pictures;
  }

  #video(body: Uint8Array, milliseconds: number, pictures: FlvPicture[]): void {
    const [first = 0, kind] = body;
    if ((first & 0xf) !== AVC || body.length < AVC_HEADER) return;
    const data = Uint8Array.from(body.subarray(AVC_HEADER));
    if (kind === CONFIGURATION) this.#configuration = data;
    else if (kind === NAL_UNITS) {
      pictures.push({ keyframe: first >> 4 === KEYFRAME, milliseconds, data, configuration: this.#configuration });
    }
  }
}

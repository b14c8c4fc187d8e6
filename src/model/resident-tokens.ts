import type { DeviceTensor, GraphSession } from './session.js';
import type { Tokens } from './tokens.js';

/** The tokens of one stream where its graph wants them: on the device if there is one, copied once for all frames. */
export class ResidentTokens {
  readonly #session: Pick<GraphSession, 'hasDevice' | 'upload'>;
  #uploaded: { readonly of: Tokens; readonly tensors: Readonly<Record<string, DeviceTensor>> } | undefined;

  constructor(session: Pick<GraphSession, 'hasDevice' | 'upload'>) {
    this.#session = session;
  }

  async of(tokens: Tokens): Promise<Tokens | Readonly<Record<string, DeviceTensor>>> {
    if (!this.#session.hasDevice) return tokens;
    if (this.#uploaded?.of !== tokens) {
      this.dispose();
      this.#uploaded = { of: tokens, tensors: await this.#session.upload(tokens) };
    }
    return this.#uploaded.tensors;
  }

  dispose(): void {
    for (const tensor of Object.values(this.#uploaded?.tensors ?? {})) tensor.dispose();
    this.#uploaded = undefined;
  }
}

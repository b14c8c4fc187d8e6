import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';
import { extname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AwsClient } from 'aws4fetch';
import { DaylitError } from '../core/errors.js';
import { realWait } from '../core/wait.js';
import type { ObjectAddress } from './object-address.js';
import { answerError, completion, isPrecondition, uploadId } from './object-answers.js';

/** Bytes of one part of an upload, and the most that goes up in one piece. */
const PART_BYTES = 16 * 1024 * 1024;
/** Parts that S3 allows; what is larger has larger parts. */
const MOST_PARTS = 10_000;
const TRIES = 4;
const FIRST_WAIT_MS = 200;
/** Of those who do not wait for an end. */
const NEVER = new AbortController().signal;
/** Says which job an object is the result of. */
const MARK = 'x-amz-meta-daylit-job';

const TYPES: Readonly<Record<string, string>> = {
  ...{ '.mp4': 'video/mp4', '.mov': 'video/quicktime', '.mkv': 'video/x-matroska', '.ts': 'video/mp2t' },
};

/** How to get at a store that speaks S3. */
export interface ObjectStoreAccess {
  /** `https://host`, without a bucket: buckets are the first part of the path. */
  readonly endpoint: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** What there is under a key. */
export interface StoredObject {
  readonly bytes: number;
  /** The job that made it. */
  readonly mark?: string;
}

/** How a file becomes an object. */
export interface Upload {
  /** Which job it is the result of. */
  readonly mark: string;
  /** Asked right before the object appears; a rejection keeps it from appearing. */
  readonly mayFinish: () => Promise<void>;
  readonly signal: AbortSignal;
}

interface Sent {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array<ArrayBuffer>;
  readonly signal?: AbortSignal;
}

/**
 * Objects by the S3 API of 2006-03-01, signed by AWS Signature Version 4, path-style. Requests that meet a server that
 * is busy or a connection that breaks are tried four times.
 */
export class ObjectStore {
  readonly #endpoint: string;
  readonly #signer: AwsClient;

  constructor({ endpoint, ...access }: ObjectStoreAccess) {
    this.#endpoint = endpoint.replace(/\/$/, '');
    this.#signer = new AwsClient({ ...access, service: 's3' });
  }

  /** What there is; undefined where nothing is. @throws DaylitError OUTPUT_UNWRITABLE, OUTPUT_UNREACHABLE */
  async find(address: ObjectAddress): Promise<StoredObject | undefined> {
    const { status, headers } = await this.#send(address, { method: 'HEAD' }, [404]);
    if (status === 404) return undefined;
    const mark = headers.get(MARK);
    return { bytes: Number(headers.get('content-length') ?? 0), ...(mark === null ? {} : { mark }) };
  }

  /**
   * Makes an object of a file, once: nothing is to be seen before it is complete, and what another job left under this
   * key is not replaced. The same job's own result is taken as done.
   *
   * @returns its bytes
   * @throws DaylitError OUTPUT_EXISTS, OUTPUT_UNWRITABLE, OUTPUT_FULL, OUTPUT_UNREACHABLE, and what `mayFinish` does
   */
  async put(path: string, address: ObjectAddress, upload: Upload): Promise<number> {
    const file = await open(path);
    try {
      const { size } = await file.stat();
      if (size > PART_BYTES) await this.#putInParts(file, size, address, upload);
      else {
        const body = await readAt(file, 0, size);
        await upload.mayFinish();
        const headers = { ...headersOf(address, upload), 'content-type': typeOf(address) };
        await this.#finish(address, upload, { method: 'PUT', headers, body });
      }
      return size;
    } finally {
      await file.close();
    }
  }

  /** Writes an object into a file. @returns whether there was one @throws DaylitError OUTPUT_* */
  async get(address: ObjectAddress, path: string, signal: AbortSignal): Promise<boolean> {
    const answer = await this.#send(address, { method: 'GET', signal }, [404]);
    if (answer.status === 404 || answer.body === null) return false;
    try {
      await pipeline(Readable.fromWeb(answer.body), createWriteStream(path));
    } catch (thrown) {
      if (signal.aborted) throw new DaylitError('INTERRUPTED', labelOf(address));
      const isFull = thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOSPC';
      throw new DaylitError(isFull ? 'OUTPUT_FULL' : 'OUTPUT_UNREACHABLE', labelOf(address), { cause: thrown });
    }
    const { size } = await stat(path);
    if (size !== Number(answer.headers.get('content-length') ?? size))
      throw new DaylitError('OUTPUT_UNREACHABLE', `${labelOf(address)} ended early`);
    return true;
  }

  /** Removes an object; there being none is fine. @throws DaylitError OUTPUT_UNWRITABLE, OUTPUT_UNREACHABLE */
  async remove(address: ObjectAddress): Promise<void> {
    await this.#send(address, { method: 'DELETE' }, [404]);
  }

  async #putInParts(file: FileHandle, size: number, address: ObjectAddress, upload: Upload): Promise<void> {
    const { signal, mark, mayFinish } = upload;
    const begun = await this.#send(address, {
      ...{ method: 'POST', query: { uploads: '' }, signal },
      headers: { [MARK]: mark, 'content-type': typeOf(address) },
    });
    const query = { uploadId: uploadId(await begun.text(), labelOf(address)) };
    let isUsed = false;
    try {
      const length = Math.max(PART_BYTES, Math.ceil(size / MOST_PARTS));
      const tags: string[] = [];
      for (let from = 0; from < size; from += length) {
        const body = await readAt(file, from, Math.min(length, size - from));
        const part = { ...query, partNumber: String(tags.length + 1) };
        const { headers } = await this.#send(address, { method: 'PUT', query: part, body, signal });
        tags.push(headers.get('etag') ?? '');
      }
      await mayFinish();
      const body = Buffer.from(completion(tags));
      const headers = { 'if-none-match': '*' };
      isUsed = await this.#finish(address, upload, { method: 'POST', query, headers, body });
    } finally {
      // What went up is paid for as long as it lies there.
      if (!isUsed) await this.#send(address, { method: 'DELETE', query }, [404]).catch(() => undefined);
    }
  }

  /**
   * The request that makes an object appear. Where one has appeared meanwhile it must be this job's own.
   * @returns whether it was this request that did it, as far as that can be known
   */
  async #finish(address: ObjectAddress, { mark, signal }: Upload, sent: Sent): Promise<boolean> {
    let answer = await this.#send(address, { ...sent, signal }, [404, 409, 412, 501]);
    if (answer.status === 501) {
      // A server that does not know If-None-Match: a look before comes close to it.
      await this.#refuseOther(address, mark);
      const headers = Object.fromEntries(
        Object.entries(sent.headers ?? {}).filter(([name]) => name !== 'if-none-match'),
      );
      answer = await this.#send(address, { ...sent, headers, signal });
    }
    const text = await answer.text();
    if (answer.ok && !text.includes('<Error>')) return true;
    // Also after a try whose answer was lost: what it began is gone then, and the object is there.
    if ((await this.#refuseOther(address, mark)) && isPrecondition(answer.status)) return false;
    throw answerError(answer.status, text, labelOf(address));
  }

  /** @returns whether the job's own result is there @throws DaylitError OUTPUT_EXISTS where another's is */
  async #refuseOther(address: ObjectAddress, mark: string): Promise<boolean> {
    const found = await this.find(address);
    if (found !== undefined && found.mark !== mark) throw new DaylitError('OUTPUT_EXISTS', labelOf(address));
    return found !== undefined;
  }

  async #send(address: ObjectAddress, sent: Sent, welcome: readonly number[] = []): Promise<Response> {
    const url = this.#urlOf(address, sent.query);
    const { method, body, signal = NEVER } = sent;
    const hash = createHash('sha256')
      .update(body ?? '')
      .digest('hex');
    const headers = { ...sent.headers, 'x-amz-content-sha256': hash };
    for (let left = TRIES - 1; ; left -= 1) {
      try {
        // Signed anew each time: a signature holds for some minutes.
        const request = await this.#signer.sign(url, { method, headers, ...(body === undefined ? {} : { body }) });
        const answer = await fetch(request, { redirect: 'manual', signal });
        if (answer.ok || welcome.includes(answer.status)) return answer;
        if (left === 0 || (answer.status < 500 && answer.status !== 429))
          throw answerError(answer.status, await answer.text(), labelOf(address));
      } catch (thrown) {
        if (signal.aborted) throw new DaylitError('INTERRUPTED', labelOf(address));
        if (thrown instanceof DaylitError) throw thrown;
        if (left === 0) throw new DaylitError('OUTPUT_UNREACHABLE', labelOf(address), { cause: thrown });
      }
      await realWait(FIRST_WAIT_MS * 2 ** (TRIES - 1 - left), signal);
    }
  }

  #urlOf({ bucket, key }: ObjectAddress, query: Readonly<Record<string, string>> = {}): string {
    const path = [bucket, ...key.split('/')].map(encoded).join('/');
    const search = new URLSearchParams(query).toString();
    return `${this.#endpoint}/${path}${search === '' ? '' : `?${search}`}`;
  }
}

function headersOf(address: ObjectAddress, { mark }: Upload): Readonly<Record<string, string>> {
  return { [MARK]: mark, 'if-none-match': '*', 'content-type': typeOf(address) };
}

function typeOf({ key }: ObjectAddress): string {
  return TYPES[extname(key).toLowerCase()] ?? 'application/octet-stream';
}

async function readAt(file: FileHandle, from: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(bytes, filled, length - filled, from + filled);
    if (bytesRead === 0) throw new DaylitError('INTERNAL', 'a result became shorter while it went up');
    filled += bytesRead;
  }
  return bytes;
}

/** As RFC 3986 has it: signatures are made over that, and not every server spells a path anew before it checks. */
function encoded(segment: string): string {
  return encodeURIComponent(segment).replace(
    /[!'()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

const labelOf = ({ bucket, key }: ObjectAddress): string => `s3://${bucket}/${key}`;

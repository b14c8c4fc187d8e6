import { DaylitError } from '../core/errors.js';

/** What a store says of room that it does not have; the names are those of MinIO, Ceph and others. */
const FULL = /StorageFull|QuotaExceeded|InsufficientStorage|EntityTooLarge/;

/** The body that completes an upload in parts, by what the server said of each. */
export function completion(tags: readonly string[]): string {
  const parts = tags.map((tag, index) => {
    return `<Part><PartNumber>${index + 1}</PartNumber><ETag>${escaped(tag)}</ETag></Part>`;
  });
  return `<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`;
}

/** Names the upload that a server has begun. @throws DaylitError OUTPUT_UNWRITABLE where it does not say it */
export function uploadId(xml: string, label: string): string {
  const id = /<UploadId>([^<]+)<\/UploadId>/.exec(xml)?.[1];
  if (id === undefined) throw new DaylitError('OUTPUT_UNWRITABLE', `${label}: the server begins no upload`);
  return unescaped(id);
}

/** Whether an answer says that something is there already, or that the upload is over. */
export function isPrecondition(status: number): boolean {
  return status === 412 || status === 404;
}

/** What an answer that is no success means. Nothing of its text but the code: it may repeat what was signed. */
export function answerError(status: number, xml: string, label: string): DaylitError {
  const code = /<Code>(\w{1,60})<\/Code>/.exec(xml)?.[1];
  const detail = `${label}: ${code ?? `HTTP ${status}`}`;
  if (status === 507 || FULL.test(code ?? ''))
    return new DaylitError('OUTPUT_FULL', detail, { hint: 'Make room in the bucket, or choose another.' });
  if (status === 409 || status === 429 || status >= 500 || status === 200)
    return new DaylitError('OUTPUT_UNREACHABLE', detail, { hint: 'The store is busy or away; it is tried again.' });
  return new DaylitError('OUTPUT_UNWRITABLE', detail, {
    hint: 'Check the bucket, AWS_REGION, AWS_ENDPOINT_URL, and what the key of this worker may do.',
  });
}

const escaped = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

const unescaped = (text: string): string =>
  text
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&amp;/g, '&');

import { DaylitError } from '../core/errors.js';
import { keepSecret } from '../core/redact.js';
import type { ObjectStoreAccess } from './object-store.js';

const DEFAULT_REGION = 'us-east-1';

/**
 * How this machine gets at buckets: the variables that AWS's own programs read. Nothing of it is ever in a job.
 * @returns undefined where no key is set
 * @throws DaylitError OPTION_INVALID for half a key, or an address that is none
 */
export function objectAccess(env: Readonly<Record<string, string | undefined>>): ObjectStoreAccess | undefined {
  const accessKeyId = env['AWS_ACCESS_KEY_ID'] ?? '';
  const secretAccessKey = env['AWS_SECRET_ACCESS_KEY'] ?? '';
  const sessionToken = env['AWS_SESSION_TOKEN'] ?? '';
  keepSecret([secretAccessKey, sessionToken]);
  if (accessKeyId === '' && secretAccessKey === '') return undefined;
  if (accessKeyId === '' || secretAccessKey === '')
    throw new DaylitError('OPTION_INVALID', 'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY go together');
  const region = env['AWS_REGION'] ?? DEFAULT_REGION;
  const endpoint = env['AWS_ENDPOINT_URL'] ?? `https://s3.${region}.amazonaws.com`;
  // A path would be in front of the bucket's name.
  if (!/^https?:\/\/[^/?#@\s]+\/?$/.test(endpoint) || !URL.canParse(endpoint))
    throw new DaylitError('OPTION_INVALID', 'AWS_ENDPOINT_URL must look like https://host:9000');
  return { endpoint, region, accessKeyId, secretAccessKey, ...(sessionToken === '' ? {} : { sessionToken }) };
}

/** An object in a bucket, as `s3://bucket/key` says it. */
export interface ObjectAddress {
  readonly bucket: string;
  /** Never with empty, `.` or `..` segments: whatever reads it as a path stays where it should. */
  readonly key: string;
}

const SCHEME = 's3://';
/** Bytes that S3 allows a key. */
const LONGEST_KEY = 1024;

/** Whether a target is meant to be in a bucket. */
export function isInBucket(target: string): boolean {
  return target.startsWith(SCHEME);
}

/** What `s3://bucket/key` says; undefined for what is no such address. */
export function objectAddress(text: string): ObjectAddress | undefined {
  const { bucket = '', key = '' } =
    /^s3:\/\/(?<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\/(?<key>[^\p{Cc}\\]+)$/u.exec(text)?.groups ?? {};
  const isPlain = key.split('/').every((segment) => !['', '.', '..'].includes(segment));
  return bucket === '' || !isPlain || Buffer.byteLength(key) > LONGEST_KEY ? undefined : { bucket, key };
}

/** A whole bucket, or what lies in it below a prefix. */
export interface BucketRoot {
  readonly bucket: string;
  /** Empty for the whole, else with a slash at its end. */
  readonly prefix: string;
}

/** What `s3://bucket` or `s3://bucket/prefix`, with or without a slash at its end, says. */
export function bucketRoot(text: string): BucketRoot | undefined {
  const plain = text.replace(/\/$/, '');
  const inside = objectAddress(`${plain}/any`);
  return inside === undefined ? undefined : { bucket: inside.bucket, prefix: inside.key.slice(0, -'any'.length) };
}

/** Whether an object lies below a root. */
export function isBelow({ bucket, key }: ObjectAddress, root: BucketRoot): boolean {
  return bucket === root.bucket && key.startsWith(root.prefix);
}

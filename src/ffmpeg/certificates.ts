import type { Notice } from '../core/notices.js';
import { redact } from '../core/redact.js';
import type { FfmpegCapabilities } from './capabilities.js';

/** By these ffmpeg itself meets a certificate; RTSP goes by way of a relay that checks it. */
const OVER_TLS = /^(?:https|rtmps):/i;

/**
 * What is to be said of an address whose certificate this ffmpeg takes unseen: the line is encrypted, but to whom is not
 * known. Nothing where it checks, or where there is no certificate.
 */
export function uncheckedCertificate(
  address: string,
  { checksCertificates }: Pick<FfmpegCapabilities, 'checksCertificates'>,
): Notice | undefined {
  if (checksCertificates || !OVER_TLS.test(address)) return undefined;
  const target = redact(address);
  return {
    kind: 'certificate',
    message: `This ffmpeg does not check the certificate of ${target}: the line is encrypted, but anybody may be at its other end. ffmpeg 9 checks.`,
    data: { address: target },
  };
}

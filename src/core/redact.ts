const USER_INFO = /([a-z][a-z0-9+.-]*:\/\/)([^/?#\s]*)@/gi;
const SECRET_PARAMETER =
  /([?&;](?:passphrase|password|passwd|pwd|pass|token|access_token|secret|key|api_?key|auth|sig|signature|x-amz-[a-z-]+)=)[^&#\s;]*/gi;

/**
 * Takes credentials out of any text that may hold addresses: `user:password@` and the values of query parameters with
 * telling names become `***`. Applied where text is made (errors, labels, events), never only where it is printed.
 */
export function redact(text: string): string {
  return text.replace(USER_INFO, '$1***@').replace(SECRET_PARAMETER, '$1***');
}

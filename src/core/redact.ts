const USER_INFO = /([a-z][a-z0-9+.-]*:\/\/)([^/?#\s]*)@/gi;
const SECRET_PARAMETER =
  /([?&;](?:passphrase|password|passwd|pwd|pass|token|access_token|secret|key|api_?key|auth|sig|signature|x-amz-[a-z-]+)=)[^&#\s;]*/gi;

/** Values that are known to be secret, longest first. */
let secrets: readonly string[] = [];
/** Shorter ones would take pieces out of everything. */
const SHORTEST = 4;

/** Makes `redact` take these out of every text from now on, also as they are spelled in addresses. */
export function keepSecret(values: readonly string[]): void {
  const spelled = values
    .filter(({ length }) => length >= SHORTEST)
    .flatMap((value) => [value, encodeURIComponent(value)]);
  secrets = [...new Set([...secrets, ...spelled])].sort((a, b) => b.length - a.length);
}

/**
 * Takes credentials out of any text that may hold addresses: `user:password@` and the values of query parameters with
 * telling names become `***`, and so does what `keepSecret` was told. Applied where text is made (errors, labels, events), never only where it is printed.
 */
export function redact(text: string): string {
  const known = secrets.reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
  return known.replace(USER_INFO, '$1***@').replace(SECRET_PARAMETER, '$1***');
}

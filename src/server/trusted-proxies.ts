import ipaddr from 'ipaddr.js';
import { DaylitError } from '../core/errors.js';

/** Refuses what is neither an address nor a network: names, and words that stand for everybody. @throws DaylitError OPTION_INVALID */
export function checkedProxies(proxies: readonly string[]): readonly string[] {
  for (const proxy of proxies) {
    if (!ipaddr.isValid(proxy) && !ipaddr.isValidCIDR(proxy))
      throw new DaylitError(
        'OPTION_INVALID',
        `--trust-proxy: ${proxy} is no address, nor a network such as 10.0.0.0/8`,
      );
  }
  return proxies;
}

/** Whether an address is that of a proxy. */
export function trusts(proxies: readonly string[]): (address: string) => boolean {
  const networks = proxies.map((proxy) =>
    ipaddr.isValidCIDR(proxy)
      ? ipaddr.parseCIDR(proxy)
      : ipaddr.parseCIDR(`${proxy}/${proxy.includes(':') ? 128 : 32}`),
  );
  return (text) => {
    if (!ipaddr.isValid(text)) return false;
    // An IPv4 address of a socket that listens to both comes as ::ffff:….
    const address = ipaddr.process(text);
    return networks.some((network) => address.kind() === network[0].kind() && address.match(network));
  };
}

import { execFileSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import type { TestContext } from 'node:test';

const ip = (...args: readonly string[]): void => void execFileSync('ip', args, { stdio: 'ignore' });

/** Why there can be no network namespaces here; false where there can. */
export function noNamespaces(): string | false {
  const name = `daylit-try-${process.pid}`;
  try {
    ip('netns', 'add', name);
    ip('netns', 'del', name);
    return false;
  } catch {
    return 'needs root on Linux and iproute2';
  }
}

/** A host of its own, as far as the network goes, with one cable to this one. Gone after the test. */
export class NetworkNamespace {
  /** This side's address. */
  readonly outside: string;
  readonly #name: string;
  readonly #cable: string;

  constructor(t: TestContext) {
    const number = randomInt(65_536);
    // 198.18.0.0/15 is for such trials (RFC 2544).
    const at = (host: number): string => `198.18.${number >> 8}.${(number & 0xfc) + host}`;
    this.#name = `daylit${number}`;
    this.#cable = `dl${number}`;
    this.outside = at(1);
    ip('netns', 'add', this.#name);
    t.after(() => {
      ip('netns', 'del', this.#name);
    });
    ip('link', 'add', this.#cable, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', this.#name);
    ip('addr', 'add', `${this.outside}/30`, 'dev', this.#cable);
    ip('link', 'set', this.#cable, 'up');
    ip('-n', this.#name, 'addr', 'add', `${at(2)}/30`, 'dev', 'eth0');
    ip('-n', this.#name, 'link', 'set', 'eth0', 'up');
    ip('-n', this.#name, 'link', 'set', 'lo', 'up');
  }

  /** What makes a command run there. */
  get within(): readonly string[] {
    return ['ip', 'netns', 'exec', this.#name];
  }

  cut(): void {
    ip('link', 'set', this.#cable, 'down');
  }

  mend(): void {
    ip('link', 'set', this.#cable, 'up');
  }
}

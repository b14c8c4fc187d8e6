import type { Notify } from './core/notices.js';
import { runShortProgram } from './ffmpeg/short-program.js';

/** What systemd hands a service, see sd_notify(3) and sd_watchdog_enabled(3). */
export type ServiceEnvironment = Readonly<
  Record<'NOTIFY_SOCKET' | 'WATCHDOG_USEC' | 'WATCHDOG_PID', string | undefined>
>;

/**
 * Tells systemd where this service stands, and that it is alive; does nothing where no systemd asked for it. Node has no
 * datagram sockets of the Unix kind, so systemd's own program sends the messages, one after another.
 */
export class ServiceManager {
  readonly #asked: boolean;
  readonly #notify: Notify;
  readonly #watchdog: NodeJS.Timeout | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #told = false;

  /** @param environment of the process; @param notify told once, if messages cannot be sent */
  constructor(environment: Partial<ServiceEnvironment>, notify: Notify) {
    const { NOTIFY_SOCKET = '', WATCHDOG_USEC, WATCHDOG_PID = String(process.pid) } = environment;
    this.#asked = NOTIFY_SOCKET !== '';
    this.#notify = notify;
    const period = Number(WATCHDOG_USEC) / 1000;
    if (!this.#asked || !(period > 0) || WATCHDOG_PID !== String(process.pid)) return;
    // Twice in each period, as sd_watchdog_enabled(3) advises; a loop that hangs sends nothing.
    this.#watchdog = setInterval(() => void this.#send('WATCHDOG=1'), period / 2).unref();
  }

  /** All cameras are started, or a reload is over. @param status one line for `systemctl status` */
  ready(status: string): Promise<void> {
    return this.#send('READY=1', `STATUS=${status}`);
  }

  /** Files are read again; `ready` ends it. */
  reloading(): Promise<void> {
    return this.#send('RELOADING=1', `MONOTONIC_USEC=${process.hrtime.bigint() / 1000n}`);
  }

  /** The service ends: what came in is being written. */
  async stopping(): Promise<void> {
    clearInterval(this.#watchdog);
    await this.#send('STOPPING=1');
  }

  #send(...assignments: readonly string[]): Promise<void> {
    if (!this.#asked) return Promise.resolve();
    const sent = this.#last.then(async () => {
      const result = await runShortProgram('systemd-notify', assignments);
      if (result === 'done' || this.#told) return;
      this.#told = true;
      this.#notify({
        kind: 'service',
        message: `systemd-notify: ${result}; systemd is not told how the service stands.`,
      });
    });
    this.#last = sent;
    return sent;
  }
}

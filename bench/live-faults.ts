import { readFileSync } from 'node:fs';
import { FaultProxy, type CleansUp } from '../test/fakes/fault-proxy.js';
import type { LiveEvent, LiveProcess } from '../test/fakes/live-process.js';
import { RtspCamera, type CameraOptions } from '../test/fakes/rtsp-camera.js';

/** What can be done to a camera and its line. */
export type Fault = 'kill' | 'stall' | 'cut';

/** How a running stream came back from one fault; times in milliseconds. */
export interface Recovery {
  readonly fault: Fault;
  /** From the fault until pictures flowed again. */
  readonly outageMs: number;
  /** From the try that the stream had announced until pictures flowed. */
  readonly afterTryMs: number;
}

/** A GStreamer camera behind a line that fails on command. */
export class FaultyCamera {
  private constructor(
    private readonly cleanup: CleansUp,
    private readonly options: CameraOptions,
    private camera: RtspCamera,
    readonly line: FaultProxy,
  ) {}

  static async start(cleanup: CleansUp, options: CameraOptions = {}): Promise<FaultyCamera> {
    const camera = await RtspCamera.start(cleanup, options);
    return new FaultyCamera(cleanup, options, camera, await FaultProxy.start(cleanup, camera.port));
  }

  get address(): string {
    return `rtsp://127.0.0.1:${this.line.port}/thermal`;
  }

  /** Does it, undoes it as soon as the stream has noticed, and waits until pictures flow again. */
  async strike(fault: Fault, daylit: LiveProcess): Promise<Recovery> {
    const from = daylit.events.length;
    const struck = performance.now();
    daylit.lookFromHere();
    await this.#strike(fault, daylit);
    const live = await daylit.source('live');
    const tries = daylit.events.slice(from).filter(({ of, state }) => of === 'source' && state === 'reconnecting');
    const { at, retryInMs = 0 } = tries.at(-1) as LiveEvent;
    return { fault, outageMs: live.at - struck, afterTryMs: live.at - (at + retryInMs) };
  }

  async #strike(fault: Fault, daylit: LiveProcess): Promise<void> {
    switch (fault) {
      case 'kill': {
        await this.camera.cut();
        this.camera = await RtspCamera.start(this.cleanup, { ...this.options, port: this.camera.port });
        return;
      }
      case 'stall':
        this.line.stall();
        await daylit.source('stalled');
        this.line.resume();
        return;
      case 'cut':
        await this.line.cutWithinPacket();
    }
  }
}

/** Memory that a process holds, in megabytes (Linux). */
export function residentMegabytes(pid: number): number {
  const pages = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(pages ?? NaN) / 1000;
}

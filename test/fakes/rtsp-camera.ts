import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { packageRoot } from '../../src/core/package-root.js';
import type { CleansUp } from './fault-proxy.js';

/** Debian's Python: the GStreamer bindings come from there. */
const PYTHON = '/usr/bin/python3';
const PROGRAM = join(packageRoot(), 'test', 'fakes', 'rtsp-camera.py');
const NEEDS =
  'the GStreamer RTSP server is missing: apt-get install gir1.2-gst-rtsp-server-1.0 python3-gi ' +
  'gstreamer1.0-plugins-base gstreamer1.0-plugins-good gstreamer1.0-plugins-bad gstreamer1.0-plugins-ugly';

/** How a camera is set up. */
export interface CameraOptions {
  /** A free one if left out. */
  readonly port?: number;
  /** Demanded of the user `admin`, by digest. */
  readonly password?: string;
  /** By basic authentication instead. */
  readonly basic?: boolean;
  /** PEM file with certificate and key: speaks TLS. */
  readonly certificate?: string;
  /** Carries pictures this way alone. */
  readonly only?: 'tcp' | 'udp';
  /** 160×128 at 25 frames a second if left out. */
  readonly width?: number;
  readonly height?: number;
  readonly rate?: number;
}

/** A GStreamer RTSP server with a picture at /thermal, which takes streams in at /record. */
export class RtspCamera {
  /** Sessions that were ended as they should be. */
  goodbyes = 0;
  /** Frames pushed to /record, in tens. */
  received = 0;

  private constructor(
    readonly port: number,
    private readonly server: ChildProcess,
    private readonly scheme: string,
  ) {}

  /** Switches one on; it goes off with the test. */
  static async start(t: CleansUp, { basic = false, ...options }: CameraOptions = {}): Promise<RtspCamera> {
    const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
    if (basic) args.push('--basic');
    const server = spawn(PYTHON, [PROGRAM, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    t.after(() => server.kill('SIGKILL'));
    const lines = createInterface(server.stdout);
    const line = await new Promise<string>((resolve) => {
      lines.once('line', resolve);
      server.once('error', () => {
        resolve('');
      });
      lines.once('close', () => {
        resolve('');
      });
    });
    const bound = /^ready (\d+)$/.exec(line)?.[1];
    assert.ok(bound !== undefined, NEEDS);
    const camera = new RtspCamera(Number(bound), server, options.certificate === undefined ? 'rtsp' : 'rtsps');
    lines.on('line', (more) => {
      if (more === 'goodbye') camera.goodbyes += 1;
      camera.received = Math.max(camera.received, Number(/^received (\d+)$/.exec(more)?.[1] ?? 0));
    });
    return camera;
  }

  address(mount: 'thermal' | 'record' = 'thermal', user = ''): string {
    return `${this.scheme}://${user === '' ? '' : `${user}@`}127.0.0.1:${this.port}/${mount}`;
  }

  /** Power off: no goodbye. */
  async cut(): Promise<void> {
    this.server.kill('SIGKILL');
    await once(this.server, 'exit');
  }

  /** Stands still, with its connections open. */
  freeze(): void {
    this.server.kill('SIGSTOP');
  }

  thaw(): void {
    this.server.kill('SIGCONT');
  }
}

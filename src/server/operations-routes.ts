import type { FastifyInstance } from 'fastify';
import { Counter, Gauge, Registry } from 'prom-client';
import type { Camera, CameraStatus } from '../camera.js';
import { needs } from './auth-access.js';

type Measure = (status: CameraStatus) => number;

const COUNTERS: Readonly<Record<string, readonly [help: string, of: Measure]>> = {
  daylit_frames_in_total: ['Frames that came from the camera.', ({ framesIn }) => framesIn],
  daylit_frames_coloured_total: ['Frames that were coloured.', ({ coloured }) => coloured],
  daylit_frames_dropped_total: ['Frames dropped for newer ones, since colouring was busy.', ({ dropped }) => dropped],
  daylit_reconnects_total: ['Connections after the first that showed pictures.', ({ epoch }) => epoch],
};

const GAUGES: Readonly<Record<string, readonly [help: string, of: Measure]>> = {
  daylit_camera_live: ['1 while pictures flow.', ({ state }) => (state === 'live' ? 1 : 0)],
  daylit_frames_per_second: ['Coloured frames a second over the last seconds.', ({ fps }) => fps],
  daylit_viewers: ['Who watches.', ({ viewers }) => viewers],
};

/** For those who run it: whether it is well, and the numbers that Prometheus collects. */
export function addOperationsRoutes(app: FastifyInstance, cameras: readonly Camera[]): void {
  app.get('/healthz', needs('view'), () => {
    const states = cameras.map((camera) => camera.status());
    const unwell = states.filter(({ state }) => state !== 'live' && state !== 'frozen');
    return {
      status: unwell.length === 0 ? 'ok' : 'degraded',
      cameras: states.map(({ id, state, reason }) => ({ id, state, reason })),
    };
  });

  const registry = metricsOf(cameras);
  app.get('/metrics', needs('view'), async (_, reply) =>
    reply.type(registry.contentType).send(await registry.metrics()),
  );
}

function metricsOf(cameras: readonly Camera[]): Registry {
  const registry = new Registry();
  const common = { registers: [registry], labelNames: ['camera'] as const };
  for (const [name, [help, of]] of Object.entries(COUNTERS)) {
    new Counter({
      ...{ ...common, name, help },
      collect() {
        this.reset();
        for (const camera of cameras) this.inc({ camera: camera.id }, of(camera.status()));
      },
    });
  }
  for (const [name, [help, of]] of Object.entries(GAUGES)) {
    new Gauge({
      ...{ ...common, name, help },
      collect() {
        for (const camera of cameras) this.set({ camera: camera.id }, of(camera.status()));
      },
    });
  }
  new Gauge({
    name: 'daylit_frame_age_seconds',
    help: 'From arrival until coloured, over the last frames.',
    registers: [registry],
    labelNames: ['camera', 'quantile'] as const,
    collect() {
      for (const { id, ageMs } of cameras.map((camera) => camera.status())) {
        if (ageMs === undefined) continue;
        this.set({ camera: id, quantile: '0.5' }, ageMs.p50 / 1000);
        this.set({ camera: id, quantile: '0.95' }, ageMs.p95 / 1000);
      }
    },
  });
  new Gauge({
    name: 'process_resident_memory_bytes',
    help: 'Memory of the process.',
    registers: [registry],
    collect() {
      this.set(process.memoryUsage.rss());
    },
  });
  return registry;
}

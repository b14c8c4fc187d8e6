import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import { encodingsOfThisProcess, type Camera, type CameraStatus } from '../camera.js';
import { CountedHistogram } from './counted-histogram.js';

type Measure = (status: CameraStatus) => number;
/** Tells a value, under further labels. */
type Tell = (value: number, labels?: Readonly<Record<string, string>>) => void;

const COUNTERS: Readonly<Record<string, readonly [help: string, of: Measure]>> = {
  daylit_frames_in_total: ['Frames that came from the camera.', ({ framesIn }) => framesIn],
  daylit_frames_out_total: ['Frames that were coloured.', ({ coloured }) => coloured],
  daylit_reconnects_total: ['Connections after the first that showed pictures.', ({ epoch }) => epoch],
};

const GAUGES: Readonly<Record<string, readonly [help: string, of: Measure]>> = {
  daylit_camera_live: ['1 while pictures flow.', ({ state }) => (state === 'live' || state === 'frozen' ? 1 : 0)],
  daylit_frames_per_second: ['Coloured frames a second over the last seconds.', ({ fps }) => fps],
  daylit_viewers: ['Who watches.', ({ viewers }) => viewers],
  daylit_programs: ['Programs that read frames.', ({ programs }) => programs],
};

/** The numbers that Prometheus collects: of each camera, and of the process. Cameras may come and go. */
export function metricsOf(cameras: readonly Camera[]): Registry {
  const registry = new Registry();
  const registers = [registry];
  const counter = (name: string, help: string, labels: readonly string[], collect: (tell: Tell) => void): void => {
    new Counter({
      ...{ name, help, registers, labelNames: [...labels] },
      collect() {
        this.reset();
        collect((value, given = {}) => {
          this.inc(given, value);
        });
      },
    });
  };
  const gauge = (name: string, help: string, labels: readonly string[], collect: (tell: Tell) => void): void => {
    new Gauge({
      ...{ name, help, registers, labelNames: [...labels] },
      collect() {
        this.reset();
        collect((value, given = {}) => {
          this.set(given, value);
        });
      },
    });
  };
  const ofEach =
    (tellOf: (camera: Camera, tell: Tell) => void) =>
    (tell: Tell): void => {
      for (const camera of cameras) {
        tellOf(camera, (value, labels) => {
          tell(value, { camera: camera.id, ...labels });
        });
      }
    };
  const measured = (of: Measure) =>
    ofEach((camera, tell) => {
      tell(of(camera.status()));
    });

  for (const [name, [help, of]] of Object.entries(COUNTERS)) counter(name, help, ['camera'], measured(of));
  for (const [name, [help, of]] of Object.entries(GAUGES)) gauge(name, help, ['camera'], measured(of));
  counter(
    'daylit_frames_dropped_total',
    'Frames that were not shown: busy, colouring was at another one; unreadable, in colours that mean no temperatures.',
    ['camera', 'reason'],
    ofEach((camera, tell) => {
      tell(camera.status().dropped, { reason: 'busy' });
      tell(camera.measures()?.unreadable ?? 0, { reason: 'unreadable' });
    }),
  );
  counter(
    'daylit_output_frames_total',
    'Frames that outputs have taken, or not.',
    ['camera', 'output', 'result'],
    ofEach((camera, tell) => {
      for (const [at, { frames, dropped }] of camera.status().outputs.entries()) {
        tell(frames, { output: String(at), result: 'taken' });
        tell(dropped, { output: String(at), result: 'dropped' });
      }
    }),
  );
  gauge(
    'daylit_camera_info',
    'What runs the model, or the palette; always 1.',
    ['camera', 'provider'],
    ofEach((camera, tell) => {
      tell(1, { provider: camera.status().provider });
    }),
  );
  counter(
    'daylit_reference_encodings_total',
    'Photos that were asked for, by where their encoding lay.',
    ['from'],
    (tell) => {
      for (const [from, count] of Object.entries(encodingsOfThisProcess)) tell(count, { from });
    },
  );
  registry.registerMetric(
    new CountedHistogram('daylit_frame_age_seconds', 'From arrival until coloured.', () =>
      cameras.flatMap((camera) => {
        const { age } = camera.measures() ?? {};
        return age === undefined ? [] : [{ labels: { camera: camera.id }, counts: age }];
      }),
    ),
  );
  registry.registerMetric(
    new CountedHistogram('daylit_stage_seconds', 'How long a frame took in each stage.', () =>
      cameras.flatMap((camera) =>
        Object.entries(camera.measures()?.stages ?? {})
          // Cameras have no stages `source` and `write`, which recordings have.
          .filter(([, { count }]) => count > 0)
          .map(([stage, counts]) => ({ labels: { camera: camera.id, stage }, counts })),
      ),
    ),
  );
  collectDefaultMetrics({ register: registry });
  return registry;
}

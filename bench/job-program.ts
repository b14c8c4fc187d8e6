import { availableParallelism } from 'node:os';
import { performance } from 'node:perf_hooks';
import { once } from 'node:events';
import type { JobInput } from '../src/config.js';
import { colorize } from '../src/create-daylit.js';
import { Colorizer } from '../src/parts.js';
import { present } from '../src/core/present.js';
import { AllocationMeter } from './allocation-meter.js';
import type { JobRequest, JobResult } from './job-messages.js';
import { openPlainGraph } from './peers/plain-graph.js';
import { plainLoop } from './peers/plain-loop.js';

/** What both contenders are watched by. */
class Watch {
  readonly memory: AllocationMeter;
  #firstFrameAt: number | undefined;

  constructor(frames: number) {
    this.memory = new AllocationMeter(frames);
  }

  readonly frame = (): void => {
    this.#firstFrameAt ??= performance.timeOrigin + performance.now();
    this.memory.frame();
  };

  get firstFrameAt(): number {
    return this.#firstFrameAt ?? NaN;
  }
}

type Outcome = Pick<JobResult, 'frames' | 'milliseconds' | 'stages'>;

/** The starting line for processes that shall begin together. */
async function go(request: JobRequest): Promise<void> {
  if (!request.waits) return;
  process.send?.('ready');
  await once(process, 'message');
}

/** One recording, as `daylit colorize` does it. */
async function oneRecording(request: JobRequest, onFrame: () => void): Promise<Outcome> {
  const { inputs, outputs, references } = request;
  const job = { ...settings(request), input: [...inputs], outputs: [...outputs] };
  if (request.ahead !== undefined) return oneRecordingAsTold(request, request.ahead, job, onFrame);
  const summary = await colorize({ ...job, references: [...references] }, { onProgress: onFrame });
  return { frames: summary.frames, milliseconds: summary.elapsedMs, stages: summary.stages };
}

/** The same with a colorizer that runs ahead on all cores, or not. */
async function oneRecordingAsTold(
  request: JobRequest,
  ahead: boolean,
  job: JobInput,
  onFrame: () => void,
): Promise<Outcome> {
  let model = 0;
  const onRun = (milliseconds: number): void => void (model += milliseconds);
  const workers = ahead ? { workers: availableParallelism() } : {};
  const colorizer = await Colorizer.create({ ...colours(request), ahead, ...workers, onRun });
  const summary = await colorize(job, { onProgress: onFrame }, { colorizer });
  await colorizer.close();
  return { frames: summary.frames, milliseconds: summary.elapsedMs, stages: { ...summary.stages, model } };
}

/** Several recordings at the same time, by one colorizer. */
async function severalRecordings(request: JobRequest, onFrame: () => void): Promise<Outcome> {
  const { inputs, outputs } = request;
  const workers = Math.min(inputs.length, availableParallelism());
  const colorizer = await Colorizer.create({ ...colours(request), workers });
  await go(request);
  const start = performance.now();
  const summaries = await Promise.all(
    inputs.map((input, index) =>
      colorize(
        { ...settings(request), input: [input], outputs: [outputs[index] ?? ''] },
        { onProgress: onFrame },
        { colorizer },
      ),
    ),
  );
  const milliseconds = performance.now() - start;
  await colorizer.close();
  return { frames: summaries.reduce((sum, { frames }) => sum + frames, 0), milliseconds };
}

function colours({ references, model, threads, precision }: JobRequest) {
  return { ...present({ threads }), device: 'cpu', modelFolder: model, references, precision } as const;
}

function settings({ model, ffmpeg, threads, precision }: JobRequest) {
  return {
    ...present({ threads }),
    model,
    ffmpeg,
    precision,
    device: 'cpu',
    preset: 'ultrafast',
    overwrite: true,
  } as const;
}

async function plain(request: JobRequest, onFrame: () => void): Promise<Outcome> {
  const { inputs, outputs, model, size, threads, ffmpeg, precision } = request;
  const colour = await openPlainGraph(model, size, { ...present({ threads }), int8: precision === 'int8' });
  await go(request);
  const start = performance.now();
  let frames = 0;
  const counted = (): void => {
    frames += 1;
    onFrame();
  };
  const [input = '', output = ''] = [inputs[0], outputs[0]];
  await plainLoop({ ffmpeg, input, output, size, colour, onFrame: counted });
  return { frames, milliseconds: performance.now() - start };
}

const request = JSON.parse(process.argv[2] ?? '') as JobRequest;
const watch = new Watch(request.frames * request.inputs.length);
const daylit = request.waits ? severalRecordings : oneRecording;
const outcome = await (request.contender === 'daylit' ? daylit : plain)(request, watch.frame);
const result: JobResult = {
  ...outcome,
  firstFrameAt: watch.firstFrameAt,
  memory: watch.memory.report(),
  peakBytes: process.resourceUsage().maxRSS * 1024,
};
process.send?.(result, () => {
  process.disconnect();
});

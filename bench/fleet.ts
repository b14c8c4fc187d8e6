/*
 * What a fleet costs beside colouring: recordings over one to four workers, each in a network namespace of its own
 * with a veth to a bridge, Redis in another. Prints Markdown. Needs Linux, root, iproute2 and redis-server.
 *
 *   node build/bench/fleet.js --clips 8 --frames 100 --workers 1,2,3,4
 */
import { execFile, execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { parseArgs, promisify } from 'node:util';
import { colorize } from '../src/create-daylit.js';
import { colorizePart } from '../src/recording-parts.js';
import { MAIN } from '../test/fakes/command-line.js';
import { withScratch } from './scratch.js';

const { values } = parseArgs({
  options: {
    clips: { type: 'string', default: '8' },
    frames: { type: 'string', default: '100' },
    size: { type: 'string', default: '160x128' },
    workers: { type: 'string', default: '1,2,3,4' },
    /** Inside: colours what lies in a folder, one after another, without a fleet. */
    loop: { type: 'string' },
  },
});
const KEY = 'a-key-that-all-machines-of-a-fleet-share';
const REDIS = '10.199.0.1';
const URL = `redis://:bench@${REDIS}`;
const CLIPS = Number(values.clips);
const FRAMES = Number(values.frames);
/** Ticks of /proc a second. */
const TICKS = 100;
const PHOTO = `synthetic:street?size=${values.size}`;

const ip = (...args: string[]): string => execFileSync('ip', args, { encoding: 'utf8' });
const inputs = Array.from({ length: CLIPS }, (_, n) => `clip-${n}.mp4`);

/** Processor seconds of a process and of its children that have ended. */
function cpuSeconds(pid: number | string): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / TICKS;
}

/** Namespaces as hosts; the first is that of Redis. */
function makeHosts(count: number): () => void {
  const names = Array.from({ length: count }, (_, n) => `daylit${n}`);
  const remove = (): void => {
    for (const name of [...names, 'daylitnet']) {
      try {
        ip('netns', 'del', name);
      } catch {
        // It was not there.
      }
    }
  };
  remove();
  ip('netns', 'add', 'daylitnet');
  ip('-n', 'daylitnet', 'link', 'add', 'bridge', 'type', 'bridge');
  ip('-n', 'daylitnet', 'link', 'set', 'bridge', 'up');
  for (const [n, name] of names.entries()) {
    ip('netns', 'add', name);
    ip('-n', name, 'link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', `port${n}`, 'netns', 'daylitnet');
    ip('-n', 'daylitnet', 'link', 'set', `port${n}`, 'master', 'bridge', 'up');
    ip('-n', name, 'addr', 'add', `10.199.0.${n + 1}/24`, 'dev', 'eth0');
    ip('-n', name, 'link', 'set', 'eth0', 'up');
    ip('-n', name, 'link', 'set', 'lo', 'up');
  }
  return remove;
}

interface Running {
  readonly child: ChildProcess;
  readonly events: { readonly event: string }[];
}

/** A daylit on a host. */
function daylit(host: number, folder: string, args: readonly string[]): Running {
  const env = { ...process.env, DAYLIT_QUEUE: URL, DAYLIT_FLEET_KEY: KEY, XDG_CACHE_HOME: join(folder, 'cache') };
  const command = ['netns', 'exec', `daylit${host}`, process.execPath, MAIN, ...args, '--json'];
  const child = spawn('ip', command, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const events: { readonly event: string }[] = [];
  createInterface(child.stdout).on('line', (line) => events.push(JSON.parse(line) as { event: string }));
  return { child, events };
}

async function until(look: () => boolean): Promise<void> {
  while (!look()) await setTimeout(50);
}

const told = (all: readonly Running[], event: string): number =>
  all.reduce((sum, { events }) => sum + events.filter((each) => each.event === event).length, 0);

function redisCli(...args: string[]): string {
  const command = ['netns', 'exec', 'daylit0', 'redis-cli', '-h', REDIS, '-a', 'bench', '--no-auth-warning', ...args];
  return ip(...command);
}

/** Commands so far, those inside of scripts included. */
function redisCalls(): number {
  const calls = redisCli('INFO', 'commandstats').matchAll(/calls=(\d+)/g);
  return [...calls].reduce((sum, [, count]) => sum + Number(count), 0);
}

/** Redis commands a second over some seconds. */
async function callsEach(seconds: number): Promise<number> {
  const before = redisCalls();
  await setTimeout(1000 * seconds);
  return (redisCalls() - before) / seconds;
}

async function end(all: readonly Running[]): Promise<void> {
  for (const { child } of all) child.kill('SIGTERM');
  for (const { child } of all) if (child.exitCode === null) await once(child, 'close');
}

/** The same recordings without a fleet. @returns processor seconds */
async function loop(folder: string): Promise<void> {
  const out = join(folder, '..', `plain-${process.pid}`);
  await mkdir(out);
  const before = cpuSeconds('self');
  for (const name of inputs) {
    const job = { input: [join(folder, name)], outputs: [join(out, name)], references: [PHOTO] };
    await colorizePart({ ...job, threads: 1, precision: 'fp32', overwrite: true }, undefined);
  }
  process.stdout.write(String(cpuSeconds('self') - before));
}

async function archive(folder: string, count: number): Promise<{ wall: number; cpu: number; calls: number }> {
  redisCli('FLUSHALL');
  const root = ['--root', folder, '--threads', '1'];
  const workers = Array.from({ length: count }, (_, n) => daylit(n + 1, folder, ['work', ...root, '--name', `w${n}`]));
  await until(() => told(workers, 'ready') === count);
  const cpu = (): number => workers.reduce((sum, { child }) => sum + cpuSeconds(child.pid ?? 0), 0);
  const [cpuBefore, callsBefore] = [cpu(), redisCalls()];
  const out = ['-o', join(folder, `out${count}`), '-r', PHOTO, '--precision', 'fp32'];
  const put = daylit(0, folder, ['enqueue', join(folder, 'in'), ...out]);
  await until(() => told(workers, 'begun') > 0);
  const began = performance.now();
  await until(() => told(workers, 'done') === CLIPS);
  const wall = (performance.now() - began) / 1000;
  const result = { wall, cpu: cpu() - cpuBefore, calls: (redisCalls() - callsBefore) / CLIPS };
  await end([...workers, put]);
  return result;
}

async function cameras(folder: string, count: number): Promise<number> {
  redisCli('FLUSHALL');
  const camera = (n: number): string =>
    `  c${n}: {input: 'synthetic:street?size=160x128&fps=5&frames=endless', palette: ironbow, references: []}`;
  const file = join(folder, 'cameras.yml');
  await writeFile(file, ['cameras:', ...Array.from({ length: Math.max(1, count) }, (_, n) => camera(n))].join('\n'));
  const worker = daylit(1, folder, ['work', '--cameras', '4', '--name', 'w']);
  await until(() => told([worker], 'ready') === 1);
  if (count > 0) await once(daylit(0, folder, ['fleet', file, '--once']).child, 'close');
  await until(() => told([worker], 'taken') >= count);
  const calls = await callsEach(10);
  await end([worker]);
  return calls;
}

async function measure(folder: string): Promise<void> {
  const counts = values.workers.split(',').map(Number);
  await mkdir(join(folder, 'in'));
  for (const name of inputs) {
    const scene = [`synthetic:street?size=${values.size}&frames=${FRAMES}`];
    await colorize({ input: scene, outputs: [join(folder, 'in', name)], palette: 'white-hot', overwrite: true });
  }
  const removeHosts = makeHosts(1 + Math.max(...counts));
  const options = ['--bind', REDIS, '--requirepass', 'bench', '--save', '', '--loglevel', 'warning'];
  const redis = spawn('ip', ['netns', 'exec', 'daylit0', 'redis-server', ...options], { stdio: 'ignore' });
  try {
    await setTimeout(1000);
    const self = [process.argv[1] ?? '', '--loop', join(folder, 'in'), '--clips', values.clips, '--size', values.size];
    const env = { ...process.env, XDG_CACHE_HOME: join(folder, 'cache') };
    /** Of one loop while as many run side by side: processors that share caches are slower together. */
    const plain = async (count: number): Promise<number> => {
      const run = promisify(execFile);
      const loops = Array.from({ length: count }, () => run(process.execPath, self, { env }));
      return (await Promise.all(loops)).reduce((sum, { stdout }) => sum + Number(stdout), 0) / count;
    };
    const perSecond = (cpu: number): string => ((CLIPS * FRAMES) / cpu).toFixed(1);
    console.log(`${CLIPS} clips of ${FRAMES} frames of ${values.size}\n`);
    console.log(
      '| workers | wall s | CPU s | frames per CPU second | as many loops: CPU s | over them | Redis commands a job |',
    );
    console.log('| --- | --- | --- | --- | --- | --- | --- |');
    for (const count of counts) {
      const loops = await plain(count);
      const { wall, cpu, calls } = await archive(folder, count);
      const over = `${(100 * (cpu / loops - 1)).toFixed(1)} %`;
      const figures = [wall.toFixed(1), cpu.toFixed(1), perSecond(cpu), loops.toFixed(1), over, calls.toFixed(0)];
      console.log(`| ${[count, ...figures].join(' | ')} |`);
    }
    console.log('\n| cameras at one worker | Redis commands/s |\n| --- | --- |');
    for (const count of [0, 1, 2, 4]) console.log(`| ${count} | ${(await cameras(folder, count)).toFixed(1)} |`);
  } finally {
    redis.kill();
    removeHosts();
  }
}

if (values.loop === undefined) await withScratch((_, folder) => measure(folder));
else await loop(values.loop);

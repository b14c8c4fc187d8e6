import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { suite, test } from 'node:test';
import { globSync } from 'tinyglobby';
import { packageRoot } from '../src/core/package-root.js';

/** Which rooms each room may import from, itself aside. A floor never imports a higher one, nor a room beside it. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  core: [],
  ffmpeg: ['core'],
  thermal: ['core'],
  telemetry: ['core'],
  sources: ['core', 'ffmpeg', 'thermal', 'telemetry'],
  model: ['core', 'ffmpeg', 'thermal'],
  sinks: ['core', 'ffmpeg', 'thermal', 'telemetry'],
  pipeline: ['core', 'ffmpeg', 'thermal'],
  evaluation: ['core', 'thermal'],
  root: ['core', 'ffmpeg', 'thermal', 'telemetry', 'sources', 'model', 'sinks', 'pipeline', 'evaluation'],
  cameras: ['core', 'root'],
  server: ['core', 'root', 'cameras'],
  fleet: ['core', 'root', 'cameras'],
  cli: ['core', 'root', 'cameras', 'server', 'fleet'],
};

/** Single files that a room may import besides: the page speaks the protocol and knows the palettes, and brings nothing else along. */
const MAY_ALSO_IMPORT: Readonly<Record<string, readonly string[]>> = {
  server: ['src/sinks/viewer-protocol.ts', 'src/thermal/palettes.ts'],
};

/** Packages that stay in the rooms or files named here; others may be used anywhere above core. */
const KEPT_TO: Readonly<Record<string, readonly string[]>> = {
  rxjs: ['src/pipeline/', 'src/index.ts', 'src/create-daylit.ts'],
  'onnxruntime-node': ['src/model/session.ts', 'src/model/providers.ts'],
  'fluent-ffmpeg': ['src/ffmpeg/'],
  '@ffmpeg-installer/ffmpeg': ['src/ffmpeg/'],
  'node:child_process': ['src/ffmpeg/'],
  yaml: ['src/cameras/'],
  chokidar: ['src/watch-files.ts'],
  bullmq: ['src/fleet/'],
  ioredis: ['src/fleet/'],
  aws4fetch: ['src/fleet/object-store.ts'],
  fastify: ['src/server/'],
  ws: ['src/server/'],
  'prom-client': ['src/server/'],
  '@fastify/rate-limit': ['src/server/'],
  pino: ['src/cli/'],
  commander: ['src/cli/'],
  'cli-progress': ['src/cli/'],
  '@bomb.sh/tab': ['src/cli/'],
};

const root = packageRoot();
const files = globSync('src/**/*.ts', { cwd: root }).sort();
const IMPORT = /^\s*(?:import|export)\s[^;]*?from\s+'([^']+)'|import\(\s*'([^']+)'\s*\)/gms;

function importsOf(file: string): string[] {
  return [...readFileSync(join(root, file), 'utf8').matchAll(IMPORT)].map((match) => match[1] ?? match[2] ?? '');
}

function localTarget(file: string, specifier: string): string {
  return relative(root, join(root, dirname(file), specifier)).replace(/\.js$/, '.ts');
}

function roomOf(file: string): string {
  const [, room = ''] = file.split('/');
  return room.endsWith('.ts') ? 'root' : room;
}

suite('architecture', () => {
  test('the walk over the files sees imports of both kinds', () => {
    assert.ok(files.length > 10);
    assert.ok(importsOf('src/core/errors.ts').includes('./redact.js'));
  });

  test('every room is on a floor', () => {
    for (const file of files) assert.ok(roomOf(file) in MAY_IMPORT, `${file} lies in no known room`);
  });

  test('no room imports a higher floor or a room beside it', () => {
    const wrong = files.flatMap((file) =>
      importsOf(file)
        .filter((specifier) => specifier.startsWith('.'))
        .map((specifier) => localTarget(file, specifier))
        .filter((target) => !MAY_ALSO_IMPORT[roomOf(file)]?.includes(target))
        .map(roomOf)
        .filter((target) => target !== roomOf(file) && !MAY_IMPORT[roomOf(file)]?.includes(target))
        .map((target) => `${file} → ${target}`),
    );
    assert.deepEqual(wrong, []);
  });

  test('no imports run in a circle', () => {
    const done = new Set<string>();
    const walk = (file: string, path: readonly string[]): void => {
      assert.ok(!path.includes(file), `circle: ${[...path, file].join(' → ')}`);
      if (done.has(file)) return;
      for (const specifier of importsOf(file).filter((name) => name.startsWith('.'))) {
        walk(localTarget(file, specifier), [...path, file]);
      }
      done.add(file);
    };
    for (const file of files) walk(file, []);
  });

  test('packages stay where they belong, and core has none', () => {
    const wrong = files.flatMap((file) =>
      importsOf(file)
        .filter((specifier) => !specifier.startsWith('.'))
        .filter((specifier) => {
          if (roomOf(file) === 'core') return !specifier.startsWith('node:');
          const name = Object.keys(KEPT_TO).find((kept) => specifier === kept || specifier.startsWith(`${kept}/`));
          return name !== undefined && !KEPT_TO[name]?.some((place) => file.startsWith(place));
        })
        .map((specifier) => `${file} → ${specifier}`),
    );
    assert.deepEqual(wrong, []);
  });

  test('files stay readable in one sitting and are named for a concept', () => {
    for (const file of files) {
      const lines = readFileSync(join(root, file), 'utf8').split('\n').length;
      assert.ok(lines <= 301, `${file} has ${lines} lines`);
      if (file !== 'src/index.ts') assert.doesNotMatch(file, /\/(utils?|helpers?|common|misc|index)(\.ts|\/)/i);
    }
  });
});

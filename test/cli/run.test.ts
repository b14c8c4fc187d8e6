import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { suite, test } from 'node:test';
import { daylit, MAIN } from '../fakes/command-line.js';
import { temporaryFolder } from '../fakes/temporary-folder.js';

const scene = (palette: string, output: string): string =>
  `{ input: 'synthetic:street?size=96x64&fps=10&frames=endless', palette: ${palette}, outputs: [${output}] }`;

interface Event {
  readonly event: string;
  readonly kind?: string;
  readonly of?: string;
  readonly state?: string;
  readonly data?: Readonly<Record<string, string>>;
}

suite('daylit run', { concurrency: 2 }, () => {
  test('SIGHUP reads the file again, SIGTERM finishes the files', async (t) => {
    const cwd = await temporaryFolder(t);
    const file = join(cwd, 'cameras.yml');
    const write = (palette: string): Promise<void> =>
      writeFile(file, `cameras:\n  a: ${scene('lava', 'a.ts')}\n  b: ${scene(palette, 'b.ts')}\n`);
    await write('lava');
    const child = spawn(process.execPath, [MAIN, 'run', 'cameras.yml', '--json'], {
      ...{ cwd, stdio: ['ignore', 'pipe', 'inherit'] },
    });
    t.after(() => child.kill('SIGKILL'));
    const events: Event[] = [];
    const seen = (wanted: (event: Event) => boolean): Promise<Event> =>
      new Promise((resolve) => {
        const look = (event: Event): void => {
          if (wanted(event)) resolve(event);
        };
        events.forEach(look);
        waiting.push(look);
      });
    const waiting: ((event: Event) => void)[] = [];
    createInterface(child.stdout).on('line', (line) => {
      const event = JSON.parse(line) as Event;
      events.push(event);
      for (const look of waiting) look(event);
    });
    const live = (id: string) => (event: Event) => event.of?.startsWith(`${id} → `) === true && event.state === 'live';
    await Promise.all([seen(live('a')), seen(live('b'))]);
    await write('ironbow');
    child.kill('SIGHUP');
    const { data } = await seen(({ kind }) => kind === 'cameras');
    assert.deepEqual(data, { started: 'b', ended: '', untouched: 'a' });
    child.kill('SIGTERM');
    const [status] = (await once(child, 'close')) as [number | null];
    assert.equal(status, 0);
    const ends = events.filter(({ event, state, of }) => event === 'state' && state === 'ended' && of?.includes('→'));
    assert.deepEqual(ends.map(({ of }) => of?.split(' ')[0]).sort(), ['a', 'b', 'b']);
  });

  test('what variables put into addresses is in no line', async (t) => {
    const cwd = await temporaryFolder(t);
    const address = 'rtsp://127.0.0.1:9/${STREAM_KEY}?u=${STREAM_KEY}';
    await writeFile(
      join(cwd, 'cameras.yml'),
      `cameras:\n  a: { input: '${address}', palette: lava, outputs: ['udp://127.0.0.1:9/\${STREAM_KEY}'] }\n`,
    );
    const child = spawn(process.execPath, [MAIN, 'run', 'cameras.yml', '--json'], {
      ...{ cwd, env: { ...process.env, STREAM_KEY: 'geheim/geheim' }, stdio: ['ignore', 'pipe', 'pipe'] },
    });
    t.after(() => child.kill('SIGKILL'));
    let text = '';
    child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
    for await (const line of createInterface(child.stdout)) {
      text += line;
      // By then it has been refused once.
      if (/"state":"reconnecting"/.test(line)) child.kill('SIGTERM');
    }
    assert.match(text, /"code":"CONNECTION_REFUSED"/);
    assert.doesNotMatch(text, /geheim/);
  });

  test('what cannot be run is told in full, and nothing begins', async (t) => {
    const cwd = await temporaryFolder(t);
    const file = join(cwd, 'cameras.yml');
    const refused = async (text: string): Promise<string> => {
      await writeFile(file, text);
      const { status, stderr, stdout } = await daylit(['run', 'cameras.yml'], { cwd });
      assert.equal(status, 2, stderr);
      assert.equal(stdout.toString(), '');
      return stderr;
    };
    const two = await refused('cameras:\n  a: { input: x, agc: no }\n  b: {}\n');
    assert.match(two, /cameras\.yml:2:18 cameras\.a\.agc.*\n.*cameras\.yml:3:3 cameras\.b\.input/);
    assert.match(await refused('cameras: {}\n'), /no camera/);
    assert.match(await refused('cameras:\n  a: { input: synthetic:street }\n'), /without outputs: a/);
    assert.match(await refused("cameras:\n  a: { input: 'rtsp://${NO_SUCH}@h/x' }\n"), /^error VARIABLE_MISSING/);
  });
});

suite('daylit config', { concurrency: 2 }, () => {
  test('check tells all faults with status 2, and a good file with status 0', async (t) => {
    const cwd = await temporaryFolder(t);
    const file = join(cwd, 'cameras.yml');
    await writeFile(file, 'cameras:\n  a: { input: "rtsp://me:${PW}@h/x", crf: -1 }\n');
    const env = { PW: 'geheim-geheim' };
    const bad = await daylit(['config', 'check', 'cameras.yml'], { cwd, env });
    assert.deepEqual([bad.status, bad.stdout.toString()], [2, 'cameras.yml:2:38 cameras.a.crf: must be at least 0\n']);
    const json = await daylit(['config', 'check', 'cameras.yml', '--json'], { cwd, env });
    const { problems } = JSON.parse(json.stdout.toString()) as { problems: { code: string; line: number }[] };
    assert.deepEqual(
      problems.map(({ code, line }) => [code, line]),
      [['CONFIG_INVALID', 2]],
    );
    await writeFile(file, 'cameras:\n  a: { input: "rtsp://me:${PW}@h/x" }\n');
    const good = await daylit(['config', 'check', 'cameras.yml', '--json'], { cwd, env });
    assert.deepEqual(JSON.parse(good.stdout.toString()), { file: 'cameras.yml', cameras: ['a'], problems: [] });
    assert.equal(good.status, 0);
    for (const { stdout, stderr } of [bad, json, good]) assert.doesNotMatch(stdout.toString() + stderr, /geheim/);
  });

  test('schema prints JSON; a file that is not there is told', async (t) => {
    const cwd = await temporaryFolder(t);
    const { stdout } = await daylit(['config', 'schema'], { cwd });
    assert.equal((JSON.parse(stdout.toString()) as { title: string }).title, 'Cameras of daylit');
    const { status, stderr } = await daylit(['config', 'check', 'nowhere.yml'], { cwd });
    assert.equal(status, 2);
    assert.match(stderr, /^error CONFIG_UNREADABLE: /);
  });
});

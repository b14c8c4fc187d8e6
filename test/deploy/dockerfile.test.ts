import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { packageRoot } from '../../src/core/package-root.js';

const read = (...path: string[]): string => readFileSync(join(packageRoot(), ...path), 'utf8');

interface Instruction {
  readonly name: string;
  readonly value: string;
}

/** Instructions with their continued lines joined, comments left out. */
function instructionsOf(text: string): Instruction[] {
  return text
    .replace(/^#.*\n/gm, '')
    .replace(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [, name = '', value = ''] = /^([A-Z]+) (.*)$/.exec(line) ?? [];
      return { name, value };
    });
}

suite('Dockerfile', () => {
  const all = instructionsOf(read('deploy', 'Dockerfile'));
  const values = (name: string): string[] => all.filter((each) => each.name === name).map(({ value }) => value);
  const last = all.slice(all.findLastIndex(({ name }) => name === 'FROM'));

  test('every line is an instruction that is known', () => {
    const known = ['FROM', 'WORKDIR', 'COPY', 'RUN', 'ENV', 'VOLUME', 'USER', 'EXPOSE', 'STOPSIGNAL', 'HEALTHCHECK'];
    for (const { name } of all) assert.ok([...known, 'ENTRYPOINT', 'CMD'].includes(name), name);
  });

  test('what builds stays behind; both stages begin with a pinned image', () => {
    const images = values('FROM');
    assert.equal(images.length, 2);
    for (const image of images) assert.match(image, /^[a-z]+:\d+\.\d+[a-z0-9.-]*(?: AS build)?$/);
    assert.ok(values('RUN').some((run) => run.includes('npm prune --omit=dev')));
  });

  test('it runs as an ordinary user, writes to /data alone, and says how it feels', () => {
    const names = last.map(({ name }) => name);
    const [user, ...more] = values('USER');
    assert.ok(Number.parseInt(user ?? '') > 0, 'by number, which orchestrators can check');
    assert.deepEqual(more, []);
    assert.ok(names.indexOf('USER') < names.indexOf('ENTRYPOINT'));
    assert.ok(last.slice(names.indexOf('USER')).every(({ name }) => name !== 'RUN' && name !== 'COPY'));
    assert.deepEqual(values('VOLUME'), ['/data']);
    assert.match(values('ENV').join(' '), /XDG_CACHE_HOME=\/data\//);
    assert.equal(values('HEALTHCHECK').length, 1);
  });

  test('signals reach daylit: no shell stands between', () => {
    for (const value of [...values('ENTRYPOINT'), ...values('CMD')]) assert.ok(Array.isArray(JSON.parse(value)), value);
  });

  test('package lists do not stay, and nothing is taken that was not asked for', () => {
    const install = values('RUN').find((run) => run.includes('apt-get install')) ?? '';
    assert.match(install, /--no-install-recommends/);
    assert.match(install, /rm -rf \/var\/lib\/apt\/lists/);
  });

  test('what it copies exists and gets past .dockerignore, and no more', () => {
    const copied = values('COPY')
      .filter((value) => !value.startsWith('--from'))
      .flatMap((value) => value.split(' ').slice(0, -1))
      .map((path) => path.replace(/^\.\//, ''));
    for (const path of copied) assert.ok(existsSync(join(packageRoot(), path)), path);
    const ignore = read('.dockerignore')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    assert.equal(ignore[0], '*');
    assert.deepEqual(
      ignore
        .slice(1)
        .map((line) => line.replace(/^!/, ''))
        .sort(),
      [...new Set(copied)].sort(),
    );
  });
});

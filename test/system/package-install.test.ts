import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { packageRoot } from '../../src/core/package-root.js';

const folder = mkdtempSync(join(tmpdir(), 'daylit-install-'));

after(() => {
  rmSync(folder, { recursive: true, force: true });
});

function run(command: string, ...args: string[]): string {
  const env = { ...process.env, npm_config_onnxruntime_node_install: 'skip', XDG_CACHE_HOME: join(folder, 'cache') };
  return execFileSync(command, args, { cwd: folder, encoding: 'utf8', env, stdio: ['ignore', 'pipe', 'pipe'] });
}

suite('the packed package', () => {
  test('installs elsewhere; its command and its library work there', () => {
    execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: packageRoot(), encoding: 'utf8' });
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'elsewhere', private: true, type: 'module' }));
    const [tarball = ''] = run('sh', '-c', 'ls *.tgz').trim().split('\n');
    run('npm', 'install', '--no-audit', '--no-fund', `./${tarball}`);

    assert.match(run('npx', 'daylit', '--version'), /^\d+\.\d+\.\d+\n$/);
    run('npx', 'daylit', 'colorize', 'synthetic:street?size=96x64&frames=5', '-r', 'synthetic:street', '-o', 'out.mp4');
    assert.ok(existsSync(join(folder, 'out.mp4')));

    writeFileSync(
      join(folder, 'program.js'),
      `import { colorize } from 'daylit';
       const { frames } = await colorize({ input: ['synthetic:street?size=96x64&frames=5'], outputs: ['out.mkv'] });
       console.log(frames);`,
    );
    assert.equal(run('node', 'program.js'), '5\n');
  });
});

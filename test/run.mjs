// Runs one suite with Node's own test runner: `unit` needs no system packages, `system` is everything that does.
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { globSync } from 'tinyglobby';

const suite = process.argv[2] ?? 'unit';
const patterns = {
  unit: ['build/test/**/*.test.js', '!build/test/system/**'],
  system: ['build/test/system/**/*.test.js'],
}[suite];
if (patterns === undefined) {
  process.stderr.write(`no suite named "${suite}": unit or system\n`);
  process.exit(2);
}
const files = globSync(patterns, { absolute: true }).sort();
// A test that hangs is a failure, not a build that never ends.
const results = run({ files, concurrency: 2, timeout: 300_000 });
results.on('test:fail', () => {
  process.exitCode = 1;
});
results.compose(spec).pipe(process.stdout);

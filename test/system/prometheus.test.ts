import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { packageRoot } from '../../src/core/package-root.js';
import { createServer } from '../../src/server/create-server.js';
import { ServedCamera } from '../fakes/served-camera.js';
import { temporaryFolder } from '../fakes/temporary-folder.js';

/** Debian's, of the package `prometheus`; `PROMTOOL_PATH` names another. */
const PROMTOOL = process.env['PROMTOOL_PATH'] ?? 'promtool';
const RULES = join(packageRoot(), 'deploy', 'prometheus', 'daylit.rules.yml');

/** Runs promtool; all that it said, if it found nothing wrong. */
function promtool(args: readonly string[], input = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(PROMTOOL, args, (error, stdout, stderr) => {
      if (error === null) resolve(stdout + stderr);
      else reject(new Error(`${error.message}\n${stdout}${stderr}`));
    });
    child.stdin?.end(input);
  });
}

const missing = spawnSync(PROMTOOL, ['--version']).error !== undefined;

suite('what Prometheus says', { skip: missing && 'no promtool here' }, () => {
  test('the numbers are well-formed, and named by its rules', async (t) => {
    const app = await createServer({ cameras: [new ServedCamera('roof')], names: [] });
    t.after(() => app.close());
    const { payload } = await app.inject({ url: '/metrics', headers: { host: 'localhost' } });
    const ours = payload.split('\n').filter((line) => /daylit_/.test(line));
    assert.ok(ours.length > 50);
    assert.equal(await promtool(['check', 'metrics'], `${ours.join('\n')}\n`), '');
  });

  test('the alert rules are good, and one goes off when a camera has shown nothing for two minutes', async (t) => {
    assert.match(await promtool(['check', 'rules', RULES]), /SUCCESS: \d+ rules found/);
    const path = join(await temporaryFolder(t), 'test.yml');
    const series = (name: string, values: string): object => ({
      series: `${name}{job="daylit",camera="roof"}`,
      values,
    });
    const alert = (alertname: string, eval_time: string, ...exp_alerts: object[]): object => ({
      alertname,
      eval_time,
      exp_alerts,
    });
    const labels = { job: 'daylit', camera: 'roof', severity: 'critical' };
    const { summary, description } = annotationsOf('DaylitCameraNotLive');
    const annotations = { summary: summary.replace('{{ $labels.camera }}', 'roof'), description };
    const cases = {
      rule_files: [RULES],
      evaluation_interval: '1m',
      tests: [
        {
          interval: '1m',
          input_series: [series('daylit_camera_live', '1 1 1 0 0 0 0 0'), series('daylit_reconnects_total', '0+0x7')],
          alert_rule_test: [
            alert('DaylitCameraNotLive', '4m'),
            alert('DaylitCameraNotLive', '6m', { exp_labels: labels, exp_annotations: annotations }),
            alert('DaylitCameraReconnects', '6m'),
          ],
        },
      ],
    };
    await writeFile(path, JSON.stringify(cases));
    assert.match(await promtool(['test', 'rules', path]), /SUCCESS/);
  });

  test('every query of the dashboard is one that it understands', async (t) => {
    const dashboard = readFileSync(join(packageRoot(), 'deploy', 'grafana', 'daylit.json'), 'utf8');
    const { panels } = JSON.parse(dashboard) as { panels: { targets: { expr: string }[] }[] };
    const queries = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
    const rules = queries.map((expr, at) => ({
      record: `query_${at}`,
      expr: expr.replaceAll('$__rate_interval', '1m'),
    }));
    const path = join(await temporaryFolder(t), 'queries.yml');
    await writeFile(path, JSON.stringify({ groups: [{ name: 'dashboard', rules }] }));
    assert.match(await promtool(['check', 'rules', path]), new RegExp(`SUCCESS: ${queries.length} rules found`));
  });
});

function annotationsOf(alert: string): { readonly summary: string; readonly description: string } {
  const [, rule = ''] = readFileSync(RULES, 'utf8').split(`- alert: ${alert}\n`);
  const text = (name: string): string => new RegExp(`^ +${name}: (.+)$`, 'm').exec(rule)?.[1] ?? '';
  return { summary: text('summary'), description: text('description') };
}

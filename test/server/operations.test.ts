import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test, type TestContext } from 'node:test';
import { parse } from 'yaml';
import { packageRoot } from '../../src/core/package-root.js';
import { createServer } from '../../src/server/create-server.js';
import { ServedCamera } from '../fakes/served-camera.js';

type Get = (url: string) => Promise<{ status: number; text: string }>;

async function setUp(t: TestContext, ...cameras: ServedCamera[]): Promise<Get> {
  const app = await createServer({ cameras, names: [] });
  t.after(() => app.close());
  return async (url) => {
    const { statusCode: status, payload: text } = await app.inject({ url, headers: { host: 'localhost' } });
    return { status, text };
  };
}

/** Names of all series that may come. */
function namesIn(metrics: string): ReadonlySet<string> {
  return new Set(
    [...metrics.matchAll(/^# TYPE (\S+) (\S+)$/gm)].flatMap(([, name = '', type]) =>
      type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
    ),
  );
}

/** Names of series that a query asks for. */
function namesAsked(query: string): string[] {
  const outside = query.replace(/\{[^}]*\}|\[[^\]]*\]|\b(?:by|on|without)\s*\([^)]*\)/g, '');
  return [...outside.matchAll(/\b(?:daylit|process|nodejs)_[a-z0-9_]+/g)].map(([name]) => name);
}

const deployed = (name: string): string => readFileSync(join(packageRoot(), 'deploy', name), 'utf8');

suite('operations', () => {
  test('the process lives, whatever its cameras do', async (t) => {
    const camera = new ServedCamera('roof');
    camera.state = 'failed';
    const get = await setUp(t, camera);
    assert.deepEqual(await get('/livez'), { status: 200, text: '{"status":"alive"}' });
  });

  test('it is ready while every camera shows pictures, and says which does not and why', async (t) => {
    const [roof, yard] = [new ServedCamera('roof'), new ServedCamera('yard')];
    const get = await setUp(t, roof, yard);
    yard.state = 'frozen';
    assert.equal((await get('/readyz')).status, 200);
    for (const state of ['connecting', 'stalled', 'reconnecting', 'failed', 'ended'] as const) {
      yard.state = state;
      const { status, text } = await get('/readyz');
      assert.equal(status, 503, state);
      assert.deepEqual(JSON.parse(text), {
        status: 'unready',
        cameras: [
          { id: 'roof', ready: true, state: 'live', reason: 'made by hand' },
          { id: 'yard', ready: false, state, reason: 'made by hand' },
        ],
      });
    }
  });

  test('numbers of each camera and of the process; cameras that have gone are not told of', async (t) => {
    const cameras = [new ServedCamera('roof'), new ServedCamera('yard')];
    const app = await createServer({ cameras, names: [] });
    t.after(() => app.close());
    const read = async (): Promise<string> =>
      (await app.inject({ url: '/metrics', headers: { host: 'localhost' } })).payload;
    const text = await read();
    for (const line of [
      'daylit_frames_in_total{camera="roof"} 12',
      'daylit_frames_out_total{camera="roof"} 10',
      'daylit_frames_dropped_total{camera="yard",reason="busy"} 2',
      'daylit_frames_dropped_total{camera="yard",reason="unreadable"} 1',
      'daylit_reconnects_total{camera="roof"} 2',
      'daylit_camera_live{camera="roof"} 1',
      'daylit_camera_info{camera="roof",provider="cpu"} 1',
      'daylit_viewers{camera="roof"} 0',
      '# TYPE daylit_frame_age_seconds histogram',
      'daylit_frame_age_seconds_bucket{camera="roof",le="0.0025"} 0',
      'daylit_frame_age_seconds_bucket{camera="roof",le="0.005"} 1',
      'daylit_frame_age_seconds_bucket{camera="roof",le="0.05"} 2',
      'daylit_frame_age_seconds_bucket{camera="roof",le="+Inf"} 2',
      'daylit_frame_age_seconds_sum{camera="roof"} 0.044',
      'daylit_frame_age_seconds_count{camera="roof"} 2',
      'daylit_stage_seconds_bucket{camera="roof",stage="model",le="0.05"} 2',
    ]) {
      assert.ok(text.includes(`${line}\n`), line);
    }
    for (const name of ['process_resident_memory_bytes', 'nodejs_eventloop_lag_p99_seconds']) {
      assert.match(text, new RegExp(`^${name} `, 'm'));
    }
    assert.match(text, /^daylit_reference_encodings_total\{from="model"\} \d+$/m);
    cameras.pop();
    assert.doesNotMatch(await read(), /yard/);
  });
});

suite('what is deployed beside it', () => {
  const asked = async (t: TestContext): Promise<ReadonlySet<string>> =>
    namesIn((await (await setUp(t, new ServedCamera('roof')))('/metrics')).text);

  test('the dashboard asks only for numbers that there are', async (t) => {
    const there = await asked(t);
    const { panels, ...dashboard } = JSON.parse(deployed('grafana/daylit.json')) as {
      readonly title: string;
      readonly panels: readonly { title: string; type: string; gridPos: object; targets?: { expr: string }[] }[];
    };
    assert.equal(dashboard.title, 'daylit');
    const queries = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
    assert.ok(queries.length >= 10);
    for (const query of queries) {
      const names = namesAsked(query);
      assert.ok(names.length > 0, query);
      for (const name of names) assert.ok(there.has(name), `${name} in ${query}`);
    }
  });

  test('the alert rules ask only for numbers that there are, and say what to do', async (t) => {
    const there = await asked(t);
    const { groups } = parse(deployed('prometheus/daylit.rules.yml')) as {
      readonly groups: readonly {
        readonly rules: readonly {
          readonly alert: string;
          readonly expr: string;
          readonly for: string;
          readonly labels: { readonly severity: string };
          readonly annotations: { readonly summary: string; readonly description: string };
        }[];
      }[];
    };
    const rules = groups.flatMap((group) => group.rules);
    assert.ok(rules.length >= 5);
    for (const { alert, expr, labels, annotations } of rules) {
      const names = namesAsked(expr);
      assert.ok(names.length > 0 || expr.startsWith('up{'), expr);
      for (const name of names) assert.ok(there.has(name), `${name} in ${alert}`);
      assert.match(labels.severity, /^(?:warning|critical)$/);
      assert.ok(annotations.summary.length > 10 && annotations.description.length > 20, alert);
    }
  });
});

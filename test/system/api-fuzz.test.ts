import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { openNamedCameras } from '../../src/cameras/open-cameras.js';
import { createServer, listen } from '../../src/server/create-server.js';
import { python } from '../fakes/python.js';
import { temporaryFolder } from '../fakes/temporary-folder.js';

/** Seconds that are spent on it. */
const MOST_SECONDS = 40;
const CHECKS = [
  ...['not_a_server_error', 'status_code_conformance', 'content_type_conformance'],
  ...['response_schema_conformance', 'negative_data_rejection'],
];

suite('the API, by its own schema', () => {
  test('nothing that schemathesis thinks of makes it fail, or answer otherwise than it says', async (t) => {
    const folder = await temporaryFolder(t);
    await writeFile(
      join(folder, 'schemathesis.toml'),
      // What is wrong may be refused before it is looked at: an address too long, a body too large, no picture yet.
      '[checks]\nnegative_data_rejection.expected-statuses = [400, 401, 403, 404, 406, 409, 413, 414, 415, 422, 503]\n',
    );
    const input = 'synthetic:street?size=96x64&fps=5&frames=endless';
    const set = await openNamedCameras([{ input, palette: 'ironbow' }], {});
    const app = await createServer({ cameras: set, names: [] });
    t.after(async () => {
      await app.close();
      await set.close();
    });
    const address = await listen(app, '127.0.0.1', 0);
    const { status, said } = await python(
      t,
      [
        ...['-m', 'schemathesis.cli', 'run', `${address}/openapi.json`, '--checks', CHECKS.join(',')],
        // Answers without an end, and what would take the camera away.
        ...['--exclude-path-regex', '^/(stream|hls|api/events)', '--exclude-method', 'DELETE'],
        ...['--phases', 'coverage,fuzzing', '--max-examples', '10', '--max-time', String(MOST_SECONDS), '--no-color'],
      ],
      folder,
    );
    assert.equal(status, 0, said.slice(-8000));
    const [, cases = '0'] = /(\d+) generated/.exec(said) ?? [];
    t.diagnostic(`${cases} cases`);
    assert.ok(Number(cases) > 50, said.slice(-2000));
    assert.deepEqual(
      set.list().map(({ id }) => id),
      ['street'],
    );
  });
});

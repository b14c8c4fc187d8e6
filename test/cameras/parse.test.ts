import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { parseCamerasFile, type CamerasFile } from '../../src/cameras/parse.js';
import type { Problem } from '../../src/cameras/problems.js';

const FOLDER = '/etc/daylit';

function problemsOf(text: string, variables: Record<string, string> = {}): readonly Problem[] {
  const parsed = parseCamerasFile(text, FOLDER, variables);
  return 'problems' in parsed ? parsed.problems : [];
}

function fileOf(text: string, variables: Record<string, string> = {}): CamerasFile {
  const parsed = parseCamerasFile(text, FOLDER, variables);
  assert.ok('file' in parsed, JSON.stringify(parsed));
  return parsed.file;
}

const short = ({ code, path, line, column }: Problem): string => `${line}:${column} ${path} ${code}`;

suite('cameras file', () => {
  test('a camera has the defaults of the file under what it says itself, and absolute paths', () => {
    const { cameras, server } = fileOf(`
server: { port: 9000, auth: users.json, tls: { cert: c.pem, key: /k.pem } }
defaults:
  references: [noon.jpg]
  smoothing: 0.5
cameras:
  gate: { input: rtsp://10.0.0.5/thermal, outputs: [archive/%H.mp4, udp://1.2.3.4:5, pictures/] }
  yard:
    name: Back yard
    input: patrol.mp4
    realtime: true
    smoothing: 0
    references: []
`);
    assert.deepEqual(server, {
      ...{ port: 9000, auth: `${FOLDER}/users.json` },
      tls: { cert: `${FOLDER}/c.pem`, key: '/k.pem' },
    });
    assert.deepEqual(cameras, [
      {
        ...{ id: 'gate', input: 'rtsp://10.0.0.5/thermal', references: [`${FOLDER}/noon.jpg`], smoothing: 0.5 },
        outputs: [`${FOLDER}/archive/%H.mp4`, 'udp://1.2.3.4:5', `${FOLDER}/pictures/`],
      },
      {
        ...{ id: 'yard', name: 'Back yard', input: `${FOLDER}/patrol.mp4`, realtime: true, smoothing: 0 },
        references: [],
      },
    ]);
  });

  test('all faults are told at once, each with its line, column and key, in their order', () => {
    const problems = problemsOf(`server:
  hots: 1.2.3.4
defaults: { smoothing: 1.5 }
cameras:
  gate:
    input-palette: auto
    agc: nope
    outputs: [a.mp4, '-']
  Yard: { input: rtsp://h/x }
  empty:
  wrong: { input: concat:a|b, crf: "12" }
`);
    assert.deepEqual(problems.map(short), [
      '2:3 server.hots CONFIG_INVALID',
      '3:13 defaults.smoothing CONFIG_INVALID',
      '5:3 cameras.gate.input CONFIG_INVALID',
      '6:5 cameras.gate.input-palette CONFIG_INVALID',
      '7:5 cameras.gate.agc CONFIG_INVALID',
      '8:5 cameras.gate.outputs CONFIG_INVALID',
      '9:3 cameras.Yard CONFIG_INVALID',
      '10:3 cameras.empty CONFIG_INVALID',
      '11:31 cameras.wrong.crf CONFIG_INVALID',
    ]);
    const messages = problems.map(({ message }) => message);
    assert.match(messages[0] ?? '', /did you mean host\?/);
    assert.match(messages[2] ?? '', /^missing/);
    assert.match(messages[3] ?? '', /did you mean inputPalette\?/);
    assert.match(messages[4] ?? '', /^must be auto, /);
  });

  test('an unknown key like no other gets the list of those that there are', () => {
    const [problem] = problemsOf('cameras: {}\nzzzzzzzzz: 1');
    assert.match(problem?.message ?? '', /known here: server, defaults, cameras/);
  });

  test('YAML that does not parse is told by its place, without quoting it', () => {
    const [problem] = problemsOf('cameras:\n  gate: {input: "rtsp://me:hunter2@h/x", crf: [}\n');
    assert.equal(problem?.line, 2);
    for (const text of [
      'a: [x]\nhunter2',
      'a: "hunter2',
      'a: "\\x hunter2"',
      'a: *hunter2',
      'a: !hunter2 x',
      '%hunter2',
    ]) {
      const problems = problemsOf(text);
      assert.ok(problems.length > 0, text);
      assert.doesNotMatch(JSON.stringify(problems), /hunter2/, text);
    }
    assert.equal(problemsOf('cameras: {a: {input: x}, a: {input: y}}')[0]?.code, 'CONFIG_INVALID');
  });

  test('forbidden protocols are refused with a code of their own, in inputs and outputs', () => {
    const text = 'cameras:\n  a: { input: "file:/etc/passwd" }\n  b: { input: rtsp://h/x, outputs: ["data:,x"] }\n';
    assert.deepEqual(problemsOf(text).map(short), [
      '2:8 cameras.a.input PROTOCOL_FORBIDDEN',
      '3:37 cameras.b.outputs[0] PROTOCOL_FORBIDDEN',
    ]);
  });

  test('two cameras with one output are refused', () => {
    const text =
      'cameras:\n  a: { input: rtsp://h/x, outputs: [o.mp4] }\n  b: { input: rtsp://h/y, outputs: [./o.mp4] }\n';
    assert.deepEqual(problemsOf(text).map(short), ['3:37 cameras.b.outputs[0] OUTPUT_CONFLICT']);
  });
});

suite('variables in a cameras file', () => {
  const camera = (input: string): string => `cameras:\n  gate:\n    input: ${input}\n`;

  test('values are put in, defaults where there is none, and both characters where they are meant', () => {
    const input = (text: string, variables: Record<string, string> = {}): string =>
      fileOf(camera(text), variables).cameras[0]?.input ?? '';
    assert.equal(input('rtsp://me:${PW}@h/x', { PW: 'p:#w' }), 'rtsp://me:p:#w@h/x');
    assert.equal(input('rtsp://${HOST:-cam}/x'), 'rtsp://cam/x');
    assert.equal(input('rtsp://${HOST:-cam}/x', { HOST: '' }), 'rtsp://cam/x');
    assert.equal(input('rtsp://h/$${A}', { A: 'no' }), 'rtsp://h/${A}');
    assert.equal(input('rtsp://h/${A}', { A: '${B}', B: 'no' }), 'rtsp://h/${B}');
  });

  test('one that stands alone may be a number, or yes and no; a quoted one is text', () => {
    const text = 'server:\n  port: "${P}"\ncameras: {}\n';
    assert.equal(fileOf(text.replaceAll('"', ''), { P: '8081' }).server.port, 8081);
    assert.equal(problemsOf(text, { P: '8081' })[0]?.path, 'server.port');
  });

  test('a value cannot change what the file says', () => {
    const { cameras } = fileOf(camera('"${A}"'), { A: 'rtsp://h/x"\n    crf: 3\n  other: {input: "y' });
    assert.deepEqual(
      cameras.map(({ id, crf }) => [id, crf]),
      [['gate', undefined]],
    );
  });

  test('one that is not set is told with its key; a name that is none, too', () => {
    assert.deepEqual(problemsOf(camera('rtsp://${GATE_PW}@h/x')).map(short), [
      '3:5 cameras.gate.input VARIABLE_MISSING',
    ]);
    assert.match(problemsOf(camera('rtsp://${GATE_PW}@h/x'))[0]?.message ?? '', /GATE_PW/);
    for (const wrong of ['"${1x}"', '"${"', '"${}"']) {
      assert.equal(problemsOf(camera(wrong))[0]?.code, 'CONFIG_INVALID', wrong);
    }
    assert.equal(problemsOf(camera('${toString}'))[0]?.code, 'VARIABLE_MISSING');
  });

  test('what they hold is never in a problem, and is named as secret where it is part of an address', () => {
    const secret = 'hunter2hunter2';
    const text = `server:\n  port: \${S}\ndefaults: { agc: "\${S}" }\n${camera('data:${S}')}    crf: \${S}\n`;
    const problems = problemsOf(text, { S: secret });
    assert.equal(problems.length, 3);
    assert.doesNotMatch(JSON.stringify(problems), /hunter2/);
    assert.deepEqual(fileOf(camera('rtsp://h/${S}'), { S: secret }).secrets, [secret]);
  });
});

suite('cameras files made to do harm', () => {
  const refused = (text: string): void => {
    const [problem] = problemsOf(text);
    assert.equal(problem?.code, 'CONFIG_INVALID');
  };

  test('nesting, aliases and sheer size are refused', () => {
    refused('['.repeat(100_000));
    refused('- '.repeat(100_000));
    refused('? '.repeat(100_000));
    refused(Array.from({ length: 400 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n'));
    const level = (name: string, of: string): string => `${name}: &${name} [${Array(9).fill(of).join(',')}]\n`;
    refused(`${level('a', 'x')}${level('b', '*a')}${level('c', '*b')}${level('d', '*c')}cameras: {}\n`);
    refused(Array.from({ length: 20_000 }, (_, n) => `k${n}: 1`).join('\n'));
    refused('a: &a [*a]\ncameras: {}\n');
    refused('cameras: *nowhere\n');
    refused(`# ${'x'.repeat(10_000_000)}\ncameras: {}\n`);
    refused(`cameras:\n${Array.from({ length: 257 }, (_, n) => `  c${n}: { input: x }\n`).join('')}`);
  });

  test('names that mean something to JavaScript are only names', () => {
    refused('__proto__: { polluted: 1 }\ncameras: {}\n');
    refused('cameras: { __proto__: { input: x } }\n');
    assert.equal(({} as { polluted?: number }).polluted, undefined);
  });

  test('fuzz: any text at all is a file or a list of problems, and shows no variable', () => {
    const secret = 'geheim-geheim';
    const word = fc.constantFrom(
      ...[
        'cameras',
        'server',
        'defaults',
        'gate',
        'input',
        'outputs',
        'rtsp://h/x',
        'data:x',
        '${S}',
        '${S:-',
        '$${',
        '&a',
        '*a',
      ],
      ...[
        ':',
        ': ',
        '- ',
        '\n',
        '\n  ',
        '\n    ',
        '{',
        '}',
        '[',
        ']',
        ', ',
        '"',
        "'",
        '|',
        '>',
        '#',
        '!!int ',
        '<<',
        '? ',
        '---\n',
        '%',
      ],
    );
    const text = fc.oneof(
      fc.array(fc.oneof({ weight: 4, arbitrary: word }, fc.string({ unit: 'binary', maxLength: 3 })), {
        maxLength: 60,
      }),
      fc.array(word, { maxLength: 60 }).map((words) => ['cameras:\n  gate:\n    input: ', ...words]),
    );
    fc.assert(
      fc.property(text, (parts) => {
        const parsed = parseCamerasFile(parts.join(''), FOLDER, { S: secret });
        if ('file' in parsed) return;
        assert.ok(parsed.problems.length > 0);
        for (const { line, column } of parsed.problems) assert.ok(line >= 0 && column >= 0);
        assert.doesNotMatch(JSON.stringify(parsed.problems), /geheim/);
      }),
      { numRuns: 500 },
    );
  });
});

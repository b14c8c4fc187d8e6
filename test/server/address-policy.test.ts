import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { DaylitError } from '../../src/core/errors.js';
import { AddressPolicy, type LookupAll } from '../../src/server/address-policy.js';

const NAMES: Readonly<Record<string, readonly string[]>> = {
  'camera.lan': ['192.168.1.20'],
  'six.lan': ['fd00::20'],
  'turned.example': ['93.184.216.34', '127.0.0.1'],
  'mapped.example': ['::ffff:127.0.0.1'],
};
const find: LookupAll = (name) => {
  const found = NAMES[name];
  return found === undefined ? Promise.reject(new Error('ENOTFOUND')) : Promise.resolve(found);
};

const code = (expected: string) => (thrown: unknown) => thrown instanceof DaylitError && thrown.code === expected;

suite('addresses from the API', () => {
  test('what may be a camera is connected to where it was found', async () => {
    const policy = new AddressPolicy([], find);
    const cases: readonly (readonly [string, string])[] = [
      ['rtsp://192.168.1.20/thermal', 'rtsp://192.168.1.20/thermal'],
      ['rtsp://me:p@camera.lan:8554/thermal?channel=1', 'rtsp://me:p@192.168.1.20:8554/thermal?channel=1'],
      ['rtsp://CAMERA.lan/thermal', 'rtsp://192.168.1.20/thermal'],
      ['srt://six.lan:9000?streamid=a', 'srt://[fd00::20]:9000?streamid=a'],
      ['rtsp://[fd00::1]:554/x', 'rtsp://[fd00::1]:554/x'],
      ['rtmp://camera.lan/live/thermal', 'rtmp://192.168.1.20/live/thermal'],
      ['rtmps://192.168.1.20/live/thermal', 'rtmps://192.168.1.20/live/thermal'],
    ];
    for (const [address, expected] of cases) assert.equal(await policy.checked(address, 'camera'), expected);
  });

  test('this machine, what is linked to it, and what nobody owns are refused in every spelling', async () => {
    const policy = new AddressPolicy([], find);
    for (const host of [
      ...['127.0.0.1', '127.9.9.9', '0.0.0.0', '[::1]', '[::]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]'],
      ...['169.254.169.254', '[fe80::1]', '224.0.0.1', '255.255.255.255', '[ff02::1]', '240.0.0.1'],
      ...['2130706433', '0x7f000001', '0177.0.0.1', '127.1', '0x7f.1'],
      ...['[64:ff9b::7f00:1]', '[2002:7f00:1::]', '[::127.0.0.1]'],
      ...['turned.example', 'mapped.example'],
    ]) {
      await assert.rejects(policy.checked(`rtsp://${host}/x`, 'camera'), code('ADDRESS_REFUSED'), host);
    }
  });

  test('nothing that ffmpeg would take for an option, a file or another protocol gets through', async () => {
    const policy = new AddressPolicy(['192.168.1.20'], find);
    for (const address of [
      ...['-i', '--help', '/etc/passwd', 'file:///etc/passwd', 'concat:a|b', 'subfile,,start,0,end,9,,:/etc/passwd'],
      ...['rtsp://192.168.1.20/x -f null', 'rtsp://192.168.1.20/"x"', 'rtsp://192.168.1.20/x|y', 'rtsp:///x'],
      ...['hls+http://192.168.1.20/x', 'unix:/run/x', 'pipe:0', 'data:text/plain,x', 'rtmpt://192.168.1.20/x'],
      ...['tcp://192.168.1.20:9?listen=1', 'srt://192.168.1.20:9?mode=listener', 'udp://192.168.1.20:9?localaddr=::'],
      ...[`rtsp://192.168.1.20/${'x'.repeat(2048)}`, 'rtsp://192.168.1.20/x\n-i y'],
    ]) {
      await assert.rejects(policy.checked(address, 'camera'), code('ADDRESS_REFUSED'), address);
    }
  });

  test('with hosts that are named, those and no others', async () => {
    const policy = new AddressPolicy(['10.0.0.0/8', 'web.lan', '::1'], find);
    assert.equal(await policy.checked('http://10.1.2.3/stream.m3u8', 'camera'), 'http://10.1.2.3/stream.m3u8');
    // A name that is trusted stays, since certificates and sites go by it.
    assert.equal(await policy.checked('https://web.lan/x', 'camera'), 'https://web.lan/x');
    assert.equal(await policy.checked('rtsp://[::1]/x', 'camera'), 'rtsp://[::1]/x');
    await assert.rejects(policy.checked('rtsp://camera.lan/x', 'camera'), code('ADDRESS_REFUSED'));
    await assert.rejects(policy.checked('rtsp://nowhere.lan/x', 'camera'), code('HOST_NOT_FOUND'));
    assert.throws(() => new AddressPolicy(['10.0.0.0/99']), code('OPTION_INVALID'));
  });

  test('web servers, which may send their readers elsewhere, must be named', async () => {
    const policy = new AddressPolicy([], find);
    await assert.rejects(policy.checked('http://192.168.1.20/x', 'camera'), code('ADDRESS_REFUSED'));
    await assert.rejects(policy.checked('rtsps://camera.lan/x', 'camera'), code('ADDRESS_REFUSED'));
  });

  test('outputs have kinds of their own', async () => {
    const policy = new AddressPolicy([], find);
    assert.equal(await policy.checked('rtmp://camera.lan/live', 'output'), 'rtmp://192.168.1.20/live');
    await assert.rejects(policy.checked('recordings/x.mkv', 'output'), code('ADDRESS_REFUSED'));
    await assert.rejects(policy.checked('http://camera.lan/x', 'output'), code('ADDRESS_REFUSED'));
  });

  test('whatever comes, it is let through to an allowed address or refused by a code', async () => {
    const policy = new AddressPolicy(['192.168.1.20'], find);
    const part = fc.oneof(
      fc.constantFrom('rtsp', '://', '192.168.1.20', '@', '127.0.0.1', '/', '?', '#', ':', '\\', '[::1]', '%00', '.'),
      fc.string(),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 8 }), async (parts) => {
        const address = parts.join('');
        const checked = await policy.checked(address, 'camera').catch((thrown: unknown) => {
          assert.ok(thrown instanceof DaylitError && /^(ADDRESS_REFUSED|HOST_NOT_FOUND)$/.test(thrown.code));
        });
        if (checked !== undefined) assert.equal(new URL(checked).hostname, '192.168.1.20');
      }),
    );
  });
});

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { packageRoot } from '../../src/core/package-root.js';

/** The settings of one section, by name; later ones win. */
function sectionOf(text: string, name: string): ReadonlyMap<string, string> {
  const [, section = ''] = new RegExp(`^\\[${name}\\]\\n(.*?)(?=^\\[|$(?![\\s\\S]))`, 'ms').exec(text) ?? [];
  return new Map([...section.matchAll(/^([A-Za-z]+)=(.*)$/gm)].map(([, key = '', value = '']) => [key, value]));
}

suite('systemd unit', () => {
  const text = readFileSync(join(packageRoot(), 'deploy', 'daylit.service'), 'utf8');
  const service = sectionOf(text, 'Service');

  test('every line is a section, a comment or a setting', () => {
    for (const line of text.split('\n'))
      assert.match(line, /^(?:|#.*|\[(?:Unit|Service|Install)\]|[A-Z][A-Za-z]+=.*)$/);
    assert.equal(sectionOf(text, 'Install').get('WantedBy'), 'multi-user.target');
  });

  test('what daylit tells is waited for, and a silent one is started again', () => {
    assert.equal(service.get('Type'), 'notify');
    // The messages come from systemd-notify, a child of daylit.
    assert.equal(service.get('NotifyAccess'), 'all');
    assert.ok(Number(service.get('WatchdogSec')) > 0);
    assert.equal(service.get('Restart'), 'on-failure');
    assert.match(service.get('ExecReload') ?? '', /-HUP \$MAINPID$/);
  });

  test('the end leaves daylit time to finish its files', () => {
    assert.equal(service.get('KillMode'), 'mixed');
    assert.ok(Number(service.get('TimeoutStopSec')) >= 20);
  });

  test('it may do little, but V8 may compile', () => {
    for (const name of ['NoNewPrivileges', 'PrivateTmp', 'PrivateDevices', 'DynamicUser', 'RestrictSUIDSGID']) {
      assert.equal(service.get(name), 'yes', name);
    }
    assert.equal(service.get('ProtectSystem'), 'strict');
    assert.equal(service.get('CapabilityBoundingSet'), '');
    assert.equal(service.get('MemoryDenyWriteExecute'), undefined);
    assert.ok(!text.includes('PASSWORD='));
  });
});

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { isHostError } from '../conformance/index.ts';
import type { HostCommand } from '../host-port.ts';
import { openVmHost } from '../open-vm-host.ts';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'instavm-unavailable-'));
});
after(() => rm(folder, { recursive: true, force: true }));

test('without apt and QEMU the host answers, says what is missing, and refuses creates with that reason', async () => {
  const opened = await openVmHost({
    driver: 'auto',
    dataDir: join(folder, 'data'),
    cacheDir: join(folder, 'cache'),
    env: { PATH: '' },
    log: { info: () => {}, warn: () => {} },
  });
  assert.equal((await opened.host.hello()).engine.state, 'preparing');
  await opened.prepare();
  const { engine, driver } = await opened.host.hello();
  assert.equal(driver, 'qemu');
  assert.equal(engine.state, 'unavailable');
  assert.match(engine.detail ?? '', /apt-get is not installed.*Debian/);
  const spec = { memoryMb: 256, vcpuCount: 1, hostname: 'host', env: {} };
  const command: HostCommand = {
    ...{ verb: 'create', opKey: 'key', epoch: 1, vmId: 'vm_1', generation: 1, spec },
    expiresAt: new Date(Date.now() + 60_000).toISOString(),
  };
  await assert.rejects(opened.host.apply(command), isHostError('engine_not_ready'));
  assert.deepEqual(await opened.host.list(), []);
  await opened.close();
});

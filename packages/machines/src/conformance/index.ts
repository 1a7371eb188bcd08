import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import { GuestError, getFile, putFile, type RunResult, run } from '@instavm/guest';
import type { MachineRecord, VmDriver } from '../driver-port.ts';
import { HostError } from '../host-port.ts';

/** How the suite reaches a driver and, behind its back, the machines. */
export interface ConformanceHarness {
  /** A driver over the same place as every other one of this harness, ready to make machines. */
  open(): Promise<VmDriver>;
  /** Ends a machine as if its process had crashed. */
  crash(vmId: string): Promise<void>;
  /** What is left of a machine anywhere on the host; empty when nothing is. */
  remains(vmId: string): Promise<string[]>;
  /** False for a driver that only pretends to run programs. */
  runsCode: boolean;
  close(): Promise<void>;
}

export function record(vmId: string): MachineRecord {
  const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
  return { vmId, generation: 1, memoryMb: 256, vcpuCount: 1, hostname: vmId.replace('_', '-'), expiresAt };
}

/** What every driver guarantees. */
export function driverConformance(name: string, openHarness: () => Promise<ConformanceHarness>): void {
  describe(`${name} driver`, () => {
    let harness: ConformanceHarness;
    let driver: VmDriver;
    let count = 0;
    const newId = () => `vm_${name}${++count}`;

    before(async () => {
      harness = await openHarness();
      driver = await harness.open();
    });
    after(async () => {
      for (const vm of await driver.list()) await driver.delete(vm.vmId);
      await driver.close();
      await harness.close();
    });

    async function started(env: Record<string, string> = {}): Promise<string> {
      const vmId = newId();
      await driver.create(record(vmId), `create ${vmId}`);
      await driver.start(vmId, env);
      return vmId;
    }

    function program(
      vmId: string,
      language: 'python' | 'bash',
      code: string,
      seconds = 60,
    ): Promise<RunResult> {
      const request = { language, code, timeoutSeconds: seconds };
      return run((service) => driver.openLink(vmId, service), request);
    }

    async function output(vmId: string, language: 'python' | 'bash', code: string): Promise<string> {
      const result = await program(vmId, language, code);
      assert.equal(result.exitCode, 0, result.stderr.toString());
      return result.stdout.toString().trim();
    }

    async function stateOf(vmId: string) {
      return (await driver.list()).find((vm) => vm.vmId === vmId);
    }

    test('a machine that was made and started runs programs and is listed as running', async () => {
      const vmId = await started();
      assert.equal(await output(vmId, 'python', 'print(6 * 7)'), '42');
      assert.equal(await output(vmId, 'bash', 'echo hello'), 'hello');
      const { expiresAt, ...listed } = (await stateOf(vmId))!;
      const { hostname: _, expiresAt: expected, ...wanted } = record(vmId);
      const { isolation } = await driver.probe();
      assert.deepEqual(listed, { ...wanted, state: 'running', isolation, detail: null });
      assert.ok(Math.abs(Date.parse(expiresAt) - Date.parse(expected)) < 60_000);
      await driver.delete(vmId);
    });

    test('exit code, standard error and time-out reach the caller', async () => {
      const vmId = await started();
      assert.equal((await program(vmId, 'bash', 'exit 3')).exitCode, 3);
      const failed = await program(vmId, 'python', '1/0');
      assert.equal(failed.exitCode, 1);
      assert.match(failed.stderr.toString(), /ZeroDivisionError/);
      const late = await program(vmId, 'bash', 'sleep 30', 0.5);
      assert.equal(late.exitCode, 124);
      assert.ok(late.wallSeconds < 20);
      await driver.delete(vmId);
    });

    test('variables live from one Python program to the next, and only in their machine', async () => {
      const [one, other] = await Promise.all([started(), started()]);
      await output(one, 'python', 'x = 41');
      assert.equal(await output(one, 'python', 'print(x + 1)'), '42');
      const elsewhere = await program(other, 'python', 'print(x)');
      assert.match(elsewhere.stderr.toString(), /NameError/);
      await Promise.all([driver.delete(one), driver.delete(other)]);
    });

    test('a file comes back byte for byte, and one that is not there is not found', async () => {
      const vmId = await started();
      const open = (service: 'run' | 'put-file' | 'get-file') => driver.openLink(vmId, service);
      const content = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 7) % 251));
      const request = { path: 'data.bin', recursive: false, size: content.length };
      const put = await putFile(open, request, Readable.from([content]));
      assert.deepEqual(put, { path: '/app/data.bin', size: content.length });
      const { size, body } = await getFile(open, { path: '/app/data.bin' });
      assert.equal(size, content.length);
      assert.ok(content.equals(await buffer(body)));
      await assert.rejects(getFile(open, { path: 'nothing' }), isGuestError('not_found'));
      await driver.delete(vmId);
    });

    test('environment given at start reaches programs', async () => {
      const vmId = await started({ GREETING: 'good day' });
      assert.equal(await output(vmId, 'bash', 'echo "$GREETING"'), 'good day');
      await driver.delete(vmId);
    });

    test('create and start with the same key have no second effect; another key is refused', async () => {
      const vmId = await started();
      await output(vmId, 'python', 'x = 1');
      await driver.create(record(vmId), `create ${vmId}`);
      await driver.start(vmId, {});
      assert.equal(await output(vmId, 'python', 'print(x)'), '1');
      await assert.rejects(driver.create(record(vmId), 'another key'), isHostError('already_exists'));
      await driver.delete(vmId);
    });

    test('starts of one machine at the same time make one machine', async () => {
      const vmId = newId();
      await driver.create(record(vmId), 'key');
      await Promise.all([driver.start(vmId, {}), driver.start(vmId, {})]);
      assert.equal((await stateOf(vmId))?.state, 'running');
      await driver.delete(vmId);
      assert.deepEqual(await harness.remains(vmId), []);
    });

    test('delete is legal from every state, and again, and leaves nothing', async () => {
      await driver.delete(newId());
      const made = newId();
      await driver.create(record(made), 'key');
      const running = await started();
      const crashed = await started();
      await harness.crash(crashed);
      for (const vmId of [made, running, crashed]) {
        await driver.delete(vmId);
        assert.deepEqual(await harness.remains(vmId), [], vmId);
        await driver.delete(vmId);
        assert.equal(await stateOf(vmId), undefined);
      }
    });

    test('deletes of one machine at the same time all succeed', async () => {
      const vmId = await started();
      await Promise.all([driver.delete(vmId), driver.delete(vmId), driver.delete(vmId)]);
      assert.deepEqual(await harness.remains(vmId), []);
    });

    test('delete while it starts wins: the start fails or is undone, and nothing is left', async () => {
      for (const wait of [() => Promise.resolve(), () => new Promise((resolve) => setTimeout(resolve, 60))]) {
        const vmId = newId();
        await driver.create(record(vmId), 'key');
        const starting = driver.start(vmId, {}).catch((error) => error);
        await wait();
        await driver.delete(vmId);
        await starting;
        await driver.delete(vmId);
        assert.deepEqual(await harness.remains(vmId), []);
      }
    });

    test('a machine that nobody made is unknown, whatever its id looks like', async () => {
      await assert.rejects(driver.start(newId(), {}), isHostError('unknown_vm'));
      await assert.rejects(driver.openLink(newId(), 'run'), isHostError('unknown_vm'));
      await assert.rejects(driver.start('../../etc', {}), isHostError('unknown_vm'));
    });

    test('a machine that was made and never started is broken, and serves nobody', async () => {
      const vmId = newId();
      await driver.create(record(vmId), 'key');
      assert.equal((await stateOf(vmId))?.state, 'broken');
      await assert.rejects(driver.openLink(vmId, 'run'), isHostError('vm_not_running'));
      await driver.delete(vmId);
    });

    test('a machine whose process crashed is stopped with a reason, serves nobody and cannot be started', async () => {
      const vmId = await started();
      await harness.crash(vmId);
      const listed = await stateOf(vmId);
      assert.equal(listed?.state, 'stopped');
      assert.ok(listed?.detail);
      await assert.rejects(driver.openLink(vmId, 'run'), isHostError('vm_not_running'));
      await assert.rejects(driver.start(vmId, {}), isHostError('vm_not_running'));
      await driver.delete(vmId);
    });

    test('another driver over the same place takes up the machines that run', async () => {
      const vmId = await started();
      await output(vmId, 'python', 'x = "still here"');
      await driver.close();
      driver = await harness.open();
      assert.equal((await stateOf(vmId))?.state, 'running');
      assert.equal(await output(vmId, 'python', 'print(x)'), 'still here');
      await driver.delete(vmId);
      assert.deepEqual(await harness.remains(vmId), []);
    });

    test('a renewed lifetime is remembered by the machine itself, and nothing else of it changes', async () => {
      const vmId = await started();
      const { expiresAt: _, ...before } = (await stateOf(vmId))!;
      const later = new Date(Date.now() + 7_200_000).toISOString();
      await driver.renew(vmId, new Date(Date.now() + 10_000_000).toISOString());
      await driver.renew(vmId, later);
      await driver.close();
      driver = await harness.open();
      assert.deepEqual(await stateOf(vmId), { ...before, expiresAt: later });
      assert.equal(await output(vmId, 'bash', 'echo hello'), 'hello');
      await driver.delete(vmId);
      await assert.rejects(driver.renew(vmId, later), isHostError('unknown_vm'));
    });

    test('a program that is running does not hold up other programs or a delete', async () => {
      const vmId = await started();
      const slow = program(vmId, 'bash', 'sleep 60').catch((error) => error);
      assert.equal(await output(vmId, 'bash', 'echo quick'), 'quick');
      await driver.delete(vmId);
      assert.ok((await slow) instanceof GuestError);
    });

    describe('real machines', () => {
      test('two copies of one template share no identity and no random numbers', async (t) => {
        if (!harness.runsCode) return t.skip('this driver runs no code');
        const code = [
          'import uuid, random, secrets, os, socket',
          'print(uuid.uuid4(), random.random(), secrets.token_hex(8), open("/etc/machine-id").read().strip())',
          'print(socket.gethostname())',
        ].join('\n');
        const ids = await Promise.all([started(), started()]);
        const [one, other] = await Promise.all(ids.map((vmId) => output(vmId, 'python', code)));
        const [words, others] = [one!.split(/\s+/), other!.split(/\s+/)];
        assert.equal(words.length, 5);
        words.forEach((word, index) => {
          assert.notEqual(word, others[index]);
        });
        assert.equal(words[4], ids[0]!.replace('_', '-'));
        await Promise.all(ids.map((vmId) => driver.delete(vmId)));
      });

      test('the clock is right, /app is the work folder, and there is no network card', async (t) => {
        if (!harness.runsCode) return t.skip('this driver runs no code');
        const vmId = await started();
        const clock = await output(vmId, 'python', 'import time; print(time.time())');
        assert.ok(Math.abs(Number(clock) * 1000 - Date.now()) < 2000, clock);
        assert.equal(await output(vmId, 'python', 'import os; print(os.getcwd())'), '/app');
        assert.equal(await output(vmId, 'bash', 'pwd; ls /sys/class/net'), '/app\nlo');
        await driver.delete(vmId);
      });

      test('a file with a random name written by one machine is not in another', async (t) => {
        if (!harness.runsCode) return t.skip('this driver runs no code');
        const [one, other] = await Promise.all([started(), started()]);
        const file = `/root/${randomUUID()}`;
        await output(one, 'bash', `echo secret > ${file} && sync`);
        assert.equal((await program(other, 'bash', `cat ${file}`)).exitCode, 1);
        await Promise.all([driver.delete(one), driver.delete(other)]);
      });
    });
  });
}

export function isHostError(code: string): (error: unknown) => boolean {
  return (error) => error instanceof HostError && error.code === code;
}

function isGuestError(code: string): (error: unknown) => boolean {
  return (error) => error instanceof GuestError && error.code === code;
}

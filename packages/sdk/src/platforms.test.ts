import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createContext, runInContext } from 'node:vm';
import { build } from 'esbuild';

/** What browsers, workers, Deno, Bun and Node have in common. */
const WEB = {
  ...{ AbortController, AbortSignal, Blob, FormData, URL, URLSearchParams, Headers, Request, Response },
  ...{ TextEncoder, TextDecoder, ReadableStream, crypto, setTimeout, clearTimeout, atob, btoa },
};

test('the client runs where there are web platform names alone: no module and no global of Node', async () => {
  const entry = fileURLToPath(new URL('./index.ts', import.meta.url));
  const { outputFiles, warnings } = await build({
    ...{ entryPoints: [entry], bundle: true, write: false, logLevel: 'silent' },
    ...{ platform: 'neutral', format: 'iife', globalName: 'sdk', target: 'es2024' },
  });
  assert.deepEqual(warnings, []);
  const asked: string[] = [];
  const answers = [
    new Response('{"detail":"Rate limit exceeded"}', { status: 429, headers: { 'retry-after': '0' } }),
    new Response('{"vm_id":"vm_a"}', { status: 201 }),
  ];
  const fetch = async (url: string, init: RequestInit) => {
    asked.push(`${init.method} ${url} ${new Headers(init.headers).has('idempotency-key')}`);
    return answers.shift()!;
  };
  const context = createContext({ ...WEB, fetch });
  const body = '{"event_type":"vm.terminated"}';
  const seen = await runInContext(
    `${outputFiles[0]!.text}
    (async () => {
      const client = new sdk.InstaVM({ credential: async () => 'k1' });
      const vm = await client.vms.create();
      const header = 't=1700000000,v1=44db9ce5fa0a59a9496831e2de727b70407a3c5e026cc57e86490e862e18c2e5';
      const { event } = await sdk.verifyWebhook('whsec_abc', header, '${body}', { toleranceSeconds: -1 });
      return [vm.vm_id, event.event_type, typeof process, typeof Buffer].join(' ');
    })()`,
    context,
  );
  assert.equal(seen, 'vm_a vm.terminated undefined undefined');
  assert.deepEqual(asked, Array(2).fill('POST http://127.0.0.1:8080/v1/vms?wait=true true'));
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildOpenApi } from './openapi.ts';
import { operations } from './operations/index.ts';

interface Described {
  operationId: string;
  parameters?: { name: string; in: string; required: boolean; schema: unknown }[];
  requestBody?: { content: Record<string, unknown> };
  responses: Record<string, unknown>;
  security: Record<string, unknown>[];
  'x-built': boolean;
}

const document = buildOpenApi(operations, '1.2.3');
const described = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.values(methods).map((operation) => ({ path, operation: operation as Described })),
);

/** Every value under `key`, at any depth. */
function collect(value: unknown, key: string): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [
    ...(name === key ? [inner] : []),
    ...collect(inner, key),
  ]);
}

test('every operation is described once, under its own id', () => {
  const ids = described.map(({ operation }) => operation.operationId);
  assert.deepEqual(ids.sort(), operations.map((op) => op.id).sort());
});

test('every $ref resolves inside the document', () => {
  const refs = collect(document, '$ref') as string[];
  assert.ok(refs.length > 0);
  for (const ref of new Set(refs)) {
    assert.match(ref, /^#\/components\//);
    const target = ref
      .slice(2)
      .split('/')
      .reduce<unknown>((at, part) => (at as Record<string, unknown>)?.[part], document);
    assert.ok(target, ref);
  }
});

test('every component is used, and none is defined inside another', () => {
  const refs = new Set(collect(document, '$ref'));
  for (const [kind, members] of Object.entries({
    schemas: document.components.schemas,
    responses: document.components.responses,
  })) {
    for (const name of Object.keys(members))
      assert.ok(refs.has(`#/components/${kind}/${name}`), `${kind}/${name}`);
  }
  assert.deepEqual(collect(document, '$defs'), []);
});

test('parameters in braces are described, and no others', () => {
  for (const { path, operation } of described) {
    const inPath = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path');
    const names = Array.from(path.matchAll(/\{(\w+)\}/g), ([, name]) => name);
    assert.deepEqual(
      inPath.map((parameter) => parameter.name),
      names,
      operation.operationId,
    );
    assert.ok(
      inPath.every((parameter) => parameter.required),
      operation.operationId,
    );
  }
});

test('every operation lists its answers: success where it is built, 501 where it is not', () => {
  for (const { operation } of described) {
    const statuses = Object.keys(operation.responses);
    assert.equal(
      statuses.some((status) => status.startsWith('2')),
      operation['x-built'],
      operation.operationId,
    );
    for (const status of ['429', '500']) assert.ok(statuses.includes(status), operation.operationId);
    if (!operation['x-built']) assert.ok(statuses.includes('501'), operation.operationId);
    if (operation.security.length > 0) assert.ok(statuses.includes('401') && statuses.includes('403'));
    if (operation.requestBody) assert.ok(statuses.includes('422'), operation.operationId);
  }
});

test('operations that need a machine say that there may be none yet', () => {
  for (const id of [
    'sessions.create',
    'vms.create',
    'executions.run',
    'executions.start',
    'files.upload',
    'files.download',
  ]) {
    const { operation } = described.find((entry) => entry.operation.operationId === id)!;
    assert.ok('503' in operation.responses, id);
  }
});

test('security schemes that operations name exist', () => {
  const names = new Set(
    described.flatMap(({ operation }) => operation.security.flatMap((entry) => Object.keys(entry))),
  );
  for (const name of names) assert.ok(name in document.components.securitySchemes, name);
});

test('an upload has a file part beside its fields', () => {
  const upload = described.find(({ path }) => path === '/upload')!.operation;
  assert.match(JSON.stringify(upload.requestBody!.content['multipart/form-data']), /FileUpload.*"file"/);
});

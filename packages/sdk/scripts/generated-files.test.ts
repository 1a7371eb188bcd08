import assert from 'node:assert/strict';
import { test } from 'node:test';
import { generatedFiles } from './generated-files.ts';

const response = { content: { 'application/json': { schema: { $ref: '#/components/schemas/Thing' } } } };
const openApi = {
  paths: {
    '/a': {
      get: { operationId: 'things.get', 'x-built': true, responses: { '200': response, '404': {} } },
      post: { operationId: 'things.later', 'x-built': false, responses: {} },
    },
  },
  components: {
    schemas: { Thing: { type: 'object' as const, properties: { id: { type: 'integer' as const } } } },
  },
};

test('built operations and all schemas become types, the same each time', async () => {
  const errors = { lost: { status: 404, title: "Isn't there", meaning: 'Gone.', next: 'Look.' } };
  const scopes = {
    presets: { full: { title: 'Full access', meaning: 'Everything.' } },
    permissions: { 'vms:read': 'See machines' },
  };
  const files = await generatedFiles(openApi, errors, scopes);
  assert.match(files['types.ts']!, /'things\.get': \{\s+response: Thing;/);
  assert.match(files['types.ts']!, /export interface Thing \{\s+id\?: number;/);
  assert.doesNotMatch(files['types.ts']!, /things\.later|was referenced/);
  assert.match(files['errors.ts']!, /title: 'Isn\\'t there'/);
  assert.match(files['words.ts']!, /'full': \{ title: 'Full access'[\s\S]*'vms:read': 'See machines'/);
  assert.deepEqual(await generatedFiles(openApi, errors, scopes), files);
});

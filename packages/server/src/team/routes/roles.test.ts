import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { type Operation, operations } from '@instavm/contract';
import { ROLE_NAMES, ROLES } from '@instavm/contract/roles';
import { type Answer, type Ask, startServer, type TestPerson } from '../../testing/server.ts';
import { joined } from '../../testing/team.ts';

const server = await startServer({ after });
const owner = await server.person('Olga');
const people: Record<string, TestPerson> = { owner };
for (const role of ROLE_NAMES.slice(1)) people[role] = await joined(server, owner, `The${role}`, role);
const viewer = people.viewer!;

/** Never carried out: no path names anything, no body is valid. Whether it is admitted is decided before. */
async function attempt(operation: Operation, door: '' | '/app', ask: Ask): Promise<Answer> {
  const path = operation.path.replace(/\{path\}$/, 'a/b').replaceAll(/\{\w+\}/g, '999');
  const hasBody = !['GET', 'HEAD'].includes(operation.method);
  const inBody = operation.credential === 'body' && door === '';
  const json = inBody ? { api_key: ask.key, none: 1 } : { none: 1 };
  return server.ask(operation.method, door + path, {
    ...(inBody ? {} : ask),
    ...(hasBody ? { json } : {}),
  });
}

const withCredential = operations.filter(({ permission }) => permission !== null);
const isAllowed = (role: (typeof ROLE_NAMES)[number], { permission }: Operation) =>
  permission === 'self:read' || ROLES[role].permissions.includes(permission!);

/** HEAD answers carry no body; 403 alone tells. */
const isRefused = (answer: Answer) =>
  answer.status === 403 && (answer.json === null || answer.json.code === 'permission_denied');

for (const role of ROLE_NAMES) {
  test(`security: at the dashboard's door each operation is decided for the role ${role} as the table says`, async () => {
    for (const operation of withCredential) {
      const answer = await attempt(operation, '/app', { cookie: people[role]!.cookie });
      assert.equal(isRefused(answer), !isAllowed(role, operation), `${operation.id} ${answer.text}`);
    }
  });
}

test('security: a key with full scopes may do what the role of its owner may, for each role and operation', async () => {
  for (const role of ROLE_NAMES.filter((name) => name !== 'viewer')) {
    const key = (await people[role]!.key()).text;
    for (const operation of withCredential) {
      const answer = await attempt(operation, '', { key });
      assert.equal(isRefused(answer), !isAllowed(role, operation), `${role} ${operation.id} ${answer.text}`);
    }
  }
});

test('security: a viewer makes no key; one that was made before the role was lowered only sees', async () => {
  const refused = await server.ask('POST', '/app/v1/api-keys/', { cookie: viewer.cookie, json: {} });
  assert.deepEqual([refused.status, refused.json.code], [403, 'permission_denied']);
  const late = await joined(server, owner, 'Late', 'developer');
  const key = (await late.key()).text;
  const lowered = await server.ask('PATCH', `/app/v1/members/${late.id}`, {
    cookie: owner.cookie,
    json: { role: 'viewer' },
  });
  assert.equal(lowered.status, 200, lowered.text);
  for (const operation of withCredential) {
    const answer = await attempt(operation, '', { key });
    assert.equal(isRefused(answer), !isAllowed('viewer', operation), `${operation.id} ${answer.text}`);
  }
});

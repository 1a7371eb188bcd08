import assert from 'node:assert/strict';
import type { RoleName } from '@instavm/contract/roles';
import { cookieOf, PASSWORD, type TestKey, type TestPerson, type TestServer, testKey } from './server.ts';

/** Makes an invitation and gives its token. */
export async function invite(
  server: TestServer,
  owner: Pick<TestPerson, 'cookie'>,
  email: string,
  role: RoleName,
): Promise<string> {
  const answer = await server.ask('POST', '/app/v1/invitations', {
    cookie: owner.cookie,
    json: { email, role },
  });
  assert.equal(answer.status, 201, answer.text);
  return tokenOf(answer.json.link);
}

export function tokenOf(link: string): string {
  return new URL(link).hash.replace('#token=', '');
}

/** A new person who has joined an account by invitation, signed in and working in it. */
export async function joined(
  server: TestServer,
  owner: Pick<TestPerson, 'cookie' | 'accountId'>,
  name: string,
  role: RoleName,
): Promise<TestPerson> {
  const email = `${name.toLowerCase()}@example.com`;
  const token = await invite(server, owner, email, role);
  // Attempts at links and passwords are counted by the minute.
  server.world.advance(61_000);
  const answer = await server.ask('POST', '/app/invitations/accept', {
    json: { token, name, password: PASSWORD },
  });
  assert.equal(answer.status, 201, answer.text);
  const cookie = cookieOf(answer);
  return {
    id: answer.json.user.id,
    accountId: owner.accountId,
    email,
    cookie,
    key: (settings = {}) => makeKey(server, cookie, settings),
  };
}

export async function makeKey(
  server: TestServer,
  cookie: string,
  settings: Record<string, unknown> = {},
): Promise<TestKey> {
  const answer = await server.ask('POST', '/app/v1/api-keys/', { cookie, json: settings });
  assert.equal(answer.status, 201, answer.text);
  return testKey(answer.json);
}

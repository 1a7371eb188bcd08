import { randomBytes, randomUUID } from 'node:crypto';
import { instavmd, type TestServer } from './server.ts';

export interface Person {
  email: string;
  password: string;
}

/** Someone with an account of their own, made by the operator's tool: tests on one server do not see each other. */
export async function makePerson(server: Pick<TestServer, 'dataDir'>): Promise<Person> {
  const person = {
    email: `p-${randomBytes(6).toString('hex')}@example.com`,
    password: randomBytes(12).toString('base64url'),
  };
  const { code, stderr } = await instavmd(
    server,
    ['users', 'create', '--email', person.email, '--password-stdin'],
    {
      input: `${person.password}\n`,
    },
  );
  if (code !== 0) throw new Error(`users create ended with ${code}: ${stderr}`);
  return person;
}

/** A full key of that person, made by the operator's tool. */
export async function makeKey(
  server: Pick<TestServer, 'dataDir'>,
  person: Person,
  ...options: string[]
): Promise<string> {
  const label = `end to end ${randomUUID()}`;
  const args = ['keys', 'create', '--email', person.email, '--label', label, ...options];
  const { code, stdout, stderr } = await instavmd(server, args);
  if (code !== 0) throw new Error(`keys create ended with ${code}: ${stderr}`);
  return stdout.trim();
}

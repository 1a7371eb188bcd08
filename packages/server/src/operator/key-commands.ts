import { isScope } from '@instavm/contract/permissions';
import { ENVIRONMENTS } from '@instavm/contract/states';
import { KEY_PREFIX, PUBLIC_ID_LENGTH } from '@instavm/keyformat';
import type { Core, World } from '../core.ts';
import type { Actor } from '../db/feed.ts';
import { OperatorError } from './operator-error.ts';

export interface KeyCreateInput {
  email: string;
  label: string;
  environment?: string;
  scopes?: string[];
  /** A number and a unit: `90d`, `12h`, `30m`, `3600s`. */
  expiresIn?: string;
}

const UNIT_MS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

export function parseDuration(text: string): number | null {
  const match = /^(\d{1,6})([smhd])$/.exec(text);
  const ms = match ? Number(match[1]) * UNIT_MS[match[2] as keyof typeof UNIT_MS] : 0;
  return ms > 0 ? ms : null;
}

export async function createOperatorKey(core: Core, world: World, actor: Actor, input: KeyCreateInput) {
  const { environment = null, scopes = ['full'], expiresIn } = input;
  const lifeMs = expiresIn === undefined ? null : parseDuration(expiresIn);
  if (expiresIn !== undefined && lifeMs === null) {
    throw new OperatorError(`--expires-in ${expiresIn} is not a duration such as 90d, 12h or 30m.`);
  }
  if (environment !== null && !Object.hasOwn(ENVIRONMENTS, environment)) {
    throw new OperatorError(
      `--environment ${environment} is unknown; use ${Object.keys(ENVIRONMENTS).join(', ')}.`,
    );
  }
  const unknown = scopes.filter((scope) => !isScope(scope));
  if (unknown.length > 0) throw new OperatorError(`--scope ${unknown[0]} does not exist.`);
  const label = input.label.trim().normalize('NFC');
  if (label === '' || label.length > 120 || /\p{C}/u.test(label)) {
    throw new OperatorError('--label has 1 to 120 visible characters.');
  }
  const person = await core.people.findByEmail(input.email);
  if (!person)
    throw new OperatorError(`Nobody here has the e-mail ${input.email}. Make them first: users create.`);
  const { row, fullKey } = await core.keys.create(actor, {
    account_id: person.account_id,
    person_id: person.id,
    label,
    description: null,
    environment,
    scopes: JSON.stringify(scopes),
    owner: null,
    created_from_address: null,
    created_from_client: 'instavmd',
    not_before: null,
    expires_at: lifeMs === null ? null : new Date(world.now() + lifeMs).toISOString(),
    idle_expiry_days: null,
    allowed_cidrs: '[]',
    rate_limit: null,
  });
  return { id: row.id, key: fullKey };
}

export async function listOperatorKeys(core: Core, world: World) {
  const records = [];
  for await (const record of core.keys.records(world.now())) records.push(record);
  return records;
}

/** `id`: the number of a key, its 12 public characters, or more of its text, of which only those are looked at. */
export async function revokeOperatorKey(core: Core, actor: Actor, id: string) {
  const shown = id.replace(KEY_PREFIX, '').slice(0, PUBLIC_ID_LENGTH);
  const found = await core.keys.find(shown);
  if (!found) throw new OperatorError(`There is no API key ${shown}. See: keys list --json.`);
  const row = await core.keys.revoke(actor, found.id);
  return { id: row.id, status: 'revoked', effective_at: row.revoked_at };
}

import { nearest } from '@instavm/contract/nearest';
import { isScope, SCOPE_NAMES } from '@instavm/contract/permissions';
import { ENVIRONMENTS } from '@instavm/contract/states';
import { KEY_PREFIX, PUBLIC_ID_LENGTH } from '@instavm/keyformat';
import type { Core, World } from '../core.ts';
import type { Actor } from '../db/feed.ts';
import { isLegacyText } from '../keys/legacy-keys.ts';
import { NO_KEY_BOUNDS } from '../keys/new-key.ts';
import { labelMistake } from './label.ts';
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

/** Throws OperatorError. */
export function checkScopes(scopes: readonly string[]): void {
  const unknown = scopes.find((scope) => !isScope(scope));
  if (unknown === undefined) return;
  const meant = nearest(unknown.slice(0, 60), SCOPE_NAMES);
  const hint = meant
    ? `Did you mean ${meant}?`
    : 'Give a permission such as vms:read, a resource such as vms:*, or full, read-only, exec-only, key-manager.';
  throw new OperatorError(`--scope ${unknown.slice(0, 60)} does not exist. ${hint}`);
}

/** Throws OperatorError. */
export function checkEnvironment(environment: string | null): void {
  if (environment === null || Object.hasOwn(ENVIRONMENTS, environment)) return;
  const names = Object.keys(ENVIRONMENTS);
  const meant = nearest(environment, names);
  throw new OperatorError(
    `--environment ${environment.slice(0, 60)} is unknown; use ${names.join(', ')}.${meant ? ` Did you mean ${meant}?` : ''}`,
  );
}

/** Whose a new key is: the person's, in their own account. Throws OperatorError. */
export async function ownerByEmail({ people }: Pick<Core, 'people'>, email: string) {
  const person = await people.findByEmail(email);
  if (!person) {
    throw new OperatorError(`Nobody here has the e-mail ${email}. Make them first: users create.`);
  }
  return { account_id: person.account_id, person_id: person.id, service_account_id: null };
}

export async function createOperatorKey(core: Core, world: World, actor: Actor, input: KeyCreateInput) {
  const { environment = null, scopes = ['full'], expiresIn } = input;
  const lifeMs = expiresIn === undefined ? null : parseDuration(expiresIn);
  if (expiresIn !== undefined && lifeMs === null) {
    throw new OperatorError(`--expires-in ${expiresIn} is not a duration such as 90d, 12h or 30m.`);
  }
  checkEnvironment(environment);
  checkScopes(scopes);
  const label = input.label.trim().normalize('NFC');
  const mistake = labelMistake(label);
  if (mistake) throw new OperatorError(`--label ${mistake}.`);
  const { row, fullKey } = await core.keys.create(actor, {
    ...(await ownerByEmail(core, input.email)),
    label,
    description: null,
    environment,
    scopes: JSON.stringify([...new Set(scopes)]),
    owner: null,
    created_from_address: null,
    created_from_client: 'instavmd',
    not_before: null,
    expires_at: lifeMs === null ? null : new Date(world.now() + lifeMs).toISOString(),
    idle_expiry_days: null,
    allowed_cidrs: '[]',
    ...NO_KEY_BOUNDS,
  });
  return { id: row.id, key: fullKey };
}

export async function listOperatorKeys(core: Core) {
  const records = [];
  for await (const record of core.keys.records()) records.push(record);
  return records;
}

/** `id`: the number of a key, its 12 public characters, or more of its text, of which only those are looked at. */
export async function revokeOperatorKey(core: Core, actor: Actor, id: string) {
  const legacyId = isLegacyText(id) ? (core.index.legacy?.publicIdOf(id, core.peppers) ?? null) : null;
  const shown = legacyId ?? id.replace(KEY_PREFIX, '').slice(0, PUBLIC_ID_LENGTH);
  const found = await core.keys.find(shown);
  if (!found) throw new OperatorError(`There is no API key ${shown}. See: keys list --json.`);
  const [row] = await core.keys.end(actor, [found.id], 'revoked');
  return { id: row!.id, status: 'revoked', effective_at: row!.ended_at, reason: row!.end_reason };
}

import type { Core } from '../core.ts';
import type { Actor } from '../db/feed.ts';
import { isLegacyText } from '../keys/legacy-keys.ts';
import { NO_KEY_BOUNDS } from '../keys/new-key.ts';
import { ownerByEmail } from './key-commands.ts';
import { OperatorError } from './operator-error.ts';

export interface LegacyImport {
  email: string;
  labelPrefix: string;
  environment: string | null;
  scopes: string[];
  /** Texts of keys. */
  keys: string[];
}

/** Takes keys that were made elsewhere as digests. One that is there already is counted and left as it is. */
export async function importLegacyKeys(
  core: Core,
  actor: Actor,
  { email, labelPrefix, environment, scopes, keys }: LegacyImport,
): Promise<{ imported: number; known: number; ids: number[] }> {
  const wrong = keys.findIndex((text) => !isLegacyText(text));
  if (wrong >= 0) throw new OperatorError(`Key ${wrong + 1} has not the form of an older key.`);
  const owner = await ownerByEmail(core, email);
  const ids: number[] = [];
  let known = 0;
  for (const text of keys) {
    const row = await core.keys.importLegacy(actor, text, {
      ...owner,
      label: labelPrefix,
      description: null,
      environment,
      scopes: JSON.stringify(scopes),
      owner: null,
      created_from_address: null,
      created_from_client: 'instavmd',
      not_before: null,
      expires_at: null,
      idle_expiry_days: null,
      allowed_cidrs: '[]',
      ...NO_KEY_BOUNDS,
    });
    if (row) ids.push(row.id);
    else known += 1;
  }
  return { imported: ids.length, known, ids };
}

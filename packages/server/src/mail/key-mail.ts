import type { Transaction } from 'kysely';
import type { AuditEventRow } from '../audit/event-reader.ts';
import type { Database } from '../db/schema.ts';
import type { ApiKeyRow } from '../keys/store.ts';
import type { Letter } from './letter.ts';
import {
  type KeyInMail,
  keyAnomalyLetter,
  keyExpiringLetter,
  keyIdleLetter,
  keyLeakedLetter,
} from './letters.ts';
import type { Outbox } from './outbox.ts';

/** Events of keys that somebody should hear of where they are not looking. */
const LETTERS: Record<string, (key: KeyInMail, payload: Record<string, unknown>) => Letter> = {
  'api_key.expiring': (key, { ends_at, days }) => keyExpiringLetter(key, String(ends_at), Number(days)),
  'api_key.idle': (key, { ends_at }) => keyIdleLetter(key, String(ends_at)),
  'api_key.anomaly': (key, { sentence }) => keyAnomalyLetter(key, String(sentence), false),
  'api_key.quarantined': (key, { sentence }) => keyAnomalyLetter(key, String(sentence), true),
  'api_key.leaked': (key) => keyLeakedLetter(key),
};

export interface KeyMailDeps {
  outbox: Outbox;
  url: () => string;
  /** What may be shown of a key's text. */
  keyPrefixOf(publicId: string): string;
}

/** For the reader of the audit trail: mails in line for those who answer for the keys of these events. */
export function keyMail({ outbox, url, keyPrefixOf }: KeyMailDeps) {
  return async (trx: Transaction<Database>, events: readonly AuditEventRow[]): Promise<void> => {
    for (const event of events) {
      const write = LETTERS[event.event_type];
      if (!write) continue;
      const row = await keyRow(trx, Number(event.resource_id));
      if (!row) continue;
      const key = {
        id: row.id,
        prefix: keyPrefixOf(row.public_id),
        label: row.label,
        accountName: row.name,
        url: `${url()}/keys/${row.id}`,
      };
      const letter = write(key, JSON.parse(event.payload) as Record<string, unknown>);
      for (const recipient of await answerable(trx, row)) {
        const kind = event.event_type.replace('api_key.', 'key_');
        await outbox.add(trx, { kind, recipient, about: String(event.seq), letter }, event.at);
      }
    }
  };
}

async function keyRow(trx: Transaction<Database>, id: number) {
  return trx
    .selectFrom('api_key')
    .innerJoin('account', 'account.id', 'api_key.account_id')
    .select([
      'api_key.id',
      'public_id',
      'label',
      'person_id',
      'service_account_id',
      'account_id',
      'account.name',
    ])
    .where('api_key.id', '=', id)
    .executeTakeFirst();
}

/** The person whom it belongs to; of a service account's keys, those who run the account. */
async function answerable(
  trx: Transaction<Database>,
  key: Pick<ApiKeyRow, 'account_id' | 'person_id' | 'service_account_id'>,
): Promise<string[]> {
  const members = trx
    .selectFrom('member')
    .innerJoin('person', 'person.id', 'member.person_id')
    .select('person.email')
    .where('member.account_id', '=', key.account_id)
    .where('member.suspended_at', 'is', null);
  const rows = await (key.service_account_id === null
    ? members.where('member.person_id', '=', key.person_id)
    : members.where('member.role', 'in', ['owner', 'admin'])
  ).execute();
  return rows.map(({ email }) => email);
}

import type { Selectable, Transaction } from 'kysely';
import type { Database } from '../db/schema.ts';
import type { Letter } from './letter.ts';
import {
  type KeyInMail,
  keyAnomalyLetter,
  keyExpiringLetter,
  keyIdleLetter,
  keyLeakedLetter,
} from './letters.ts';
import type { Outbox } from './outbox.ts';

type AuditEvent = Selectable<Database['audit_event']>;

/** Events of keys that somebody should hear of where they are not looking. */
const LETTERS: Record<string, (key: KeyInMail, payload: Record<string, unknown>) => Letter> = {
  'api_key.expiring': (key, { ends_at, days }) => keyExpiringLetter(key, String(ends_at), Number(days)),
  'api_key.idle': (key, { ends_at }) => keyIdleLetter(key, String(ends_at)),
  'api_key.anomaly': (key, { sentence }) => keyAnomalyLetter(key, String(sentence), false),
  'api_key.quarantined': (key, { sentence }) => keyAnomalyLetter(key, String(sentence), true),
  'api_key.leaked': (key) => keyLeakedLetter(key),
};

/** For the reader of the audit trail: mails in line for those who answer for the keys of these events. */
export function keyMail({ outbox, url }: { outbox: Outbox; url: () => string }) {
  return async (trx: Transaction<Database>, events: readonly AuditEvent[]): Promise<void> => {
    for (const event of events) {
      const write = LETTERS[event.event_type];
      if (!write) continue;
      const key = await keyInMail(trx, Number(event.resource_id), url());
      if (!key) continue;
      const letter = write(key, JSON.parse(event.payload) as Record<string, unknown>);
      for (const recipient of await answerable(trx, key)) {
        const kind = event.event_type.replace('api_key.', 'key_');
        await outbox.add(trx, { kind, recipient, about: String(event.seq), letter }, event.at);
      }
    }
  };
}

async function keyInMail(trx: Transaction<Database>, id: number, url: string) {
  const row = await trx
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
  if (!row) return null;
  return {
    id: row.id,
    prefix: `instavm_sk_${row.public_id}`,
    label: row.label,
    accountName: row.name,
    url: `${url}/keys/${row.id}`,
    accountId: row.account_id,
    personId: row.service_account_id === null ? row.person_id : null,
  };
}

/** The person whom it belongs to; of a service account's keys, those who run the account. */
async function answerable(
  trx: Transaction<Database>,
  { accountId, personId }: { accountId: number; personId: number | null },
): Promise<string[]> {
  const members = trx
    .selectFrom('member')
    .innerJoin('person', 'person.id', 'member.person_id')
    .select('person.email')
    .where('member.account_id', '=', accountId)
    .where('member.suspended_at', 'is', null);
  const rows = await (personId === null
    ? members.where('member.role', 'in', ['owner', 'admin'])
    : members.where('member.person_id', '=', personId)
  ).execute();
  return rows.map(({ email }) => email);
}

import type { Transaction } from 'kysely';
import { builtOnce } from '../db/built-once.ts';
import type { Database } from '../db/schema.ts';
import { type Subject, subjectKey } from './subject.ts';

/** Some MB; then it begins anew. */
const REMEMBERED_MAX = 50_000;

const findSubject = builtOnce((db) =>
  db
    .selectFrom('usage_subject')
    .select('id')
    .where('account_id', '=', 0)
    .where('kind', '=', 'key')
    .where('key_id', '=', 0)
    .where('environment', '=', '')
    .where('vm_id', '=', '')
    .where('route', '=', '')
    .where('client', '=', ''),
);

const addSubject = builtOnce((db) =>
  db
    .insertInto('usage_subject')
    .values({ account_id: 0, kind: 'key', key_id: 0, environment: '', vm_id: '', route: '', client: '' })
    .returning('id'),
);

/** Numbers of subjects, remembered. */
export class SubjectIds {
  readonly #known = new Map<string, number>();

  /** The subject's number, which it is given if it has none. What is `made` is to be added once that is committed. */
  async idOf(trx: Transaction<Database>, subject: Subject, made: Map<string, number>): Promise<number> {
    const key = subjectKey(subject);
    const known = this.#known.get(key) ?? made.get(key);
    if (known !== undefined) return known;
    const { accountId, kind, keyId, environment, vmId, route, client } = subject;
    const columns = [accountId, kind, keyId, environment, vmId, route, client];
    const [row] = await findSubject(trx, columns);
    const id = row?.id ?? (await addSubject(trx, columns))[0]!.id;
    made.set(key, id);
    return id;
  }

  add(made: ReadonlyMap<string, number>): void {
    if (this.#known.size >= REMEMBERED_MAX) this.#known.clear();
    for (const [key, id] of made) this.#known.set(key, id);
  }

  clear(): void {
    this.#known.clear();
  }
}

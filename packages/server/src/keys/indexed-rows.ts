import type { PageReader } from '../db/sqlite.ts';
import type { IndexedRow } from './key.ts';
import { DAY_MS } from './verdict.ts';

/**
 * Only what the index needs, and the digest as text: a value of SQLite's bytes costs a buffer of its own. What is
 * the same in most rows comes as null, which costs next to nothing.
 */
const COLUMNS = `id, public_id, hex(digest), pepper_version, account_id, person_id, service_account_id,
  environment, nullif(scopes, '["full"]'), nullif(allowed_cidrs, '[]'), created_at, not_before, expires_at,
  rotation_ends_at, idle_expiry_days, last_used_at, end_reason, disabled_at, rotated_from, first_used_at, ended_at,
  seq, kind, vm_id, trust_policy_id, rate_limit, concurrent_requests`;

/** An ended key that never lasted is told why it is refused for so long. */
const EXCHANGED_KNOWN_MS = 7 * DAY_MS;

/** Machines and jobs leave many ended ones behind, which need no place in memory: an unknown key is refused too. */
function selectKnown(nowMs: number): string {
  const since = new Date(nowMs - EXCHANGED_KNOWN_MS).toISOString();
  const known = `ended_at is null or kind = 'api_key' and (trust_policy_id is null or ended_at > '${since}')`;
  return `select ${COLUMNS} from (select * from api_key where ${known})`;
}

/** Every key of the database for the index, a page at a time. `digest` is good until the next row is taken. */
export function* indexedRows(
  readPages: PageReader,
  nowMs: number,
): Generator<Iterable<{ row: IndexedRow; digest: Uint8Array }>> {
  for (const page of readPages(selectKnown(nowMs))) yield rowsOf(page);
}

function* rowsOf(page: unknown[][]): Generator<{ row: IndexedRow; digest: Uint8Array }> {
  const digest = Buffer.alloc(32);
  for (const values of page) {
    // One of another length is no digest; the index takes it as none.
    const length = digest.write(values[2] as string, 'hex');
    const isWhole = (values[2] as string).length === 2 * digest.length;
    yield { row: rowOf(values), digest: isWhole ? digest : digest.subarray(0, Math.min(length, 31)) };
  }
}

function rowOf(values: unknown[]): IndexedRow {
  return {
    id: values[0],
    public_id: values[1],
    pepper_version: values[3],
    account_id: values[4],
    person_id: values[5],
    service_account_id: values[6],
    environment: values[7],
    scopes: values[8] ?? '["full"]',
    allowed_cidrs: values[9] ?? '[]',
    created_at: values[10],
    not_before: values[11],
    expires_at: values[12],
    rotation_ends_at: values[13],
    idle_expiry_days: values[14],
    last_used_at: values[15],
    end_reason: values[16],
    disabled_at: values[17],
    rotated_from: values[18],
    first_used_at: values[19],
    ended_at: values[20],
    seq: values[21],
    kind: values[22],
    vm_id: values[23],
    trust_policy_id: values[24],
    rate_limit: values[25],
    concurrent_requests: values[26],
  } as IndexedRow;
}

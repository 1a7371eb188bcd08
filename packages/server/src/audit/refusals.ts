import { ERRORS, type ErrorCode } from '@instavm/contract';
import type { Kysely, Transaction } from 'kysely';
import { networkOfAddress } from '../auth/networks.ts';
import { type Actor, recordChange, SERVER_ACCOUNT_ID } from '../db/feed.ts';
import { mutate } from '../db/mutation.ts';
import type { Database } from '../db/schema.ts';

/** One request that was refused for its credential, permission, address or limit. Holds nothing of a secret. */
export interface Refusal {
  code: ErrorCode;
  /** Id of the operation, or method and path of another route. */
  operation: string;
  /** What is known of whom it concerns: null for a key that does not exist and for no credential. */
  subject: RefusedSubject | null;
  address: string;
  requestId: string;
  atMs: number;
}

export interface RefusedSubject {
  accountId: number;
  environment: string | null;
  /** The key that was sent, or guessed at. */
  keyId: number | null;
  personId: number | null;
  /** The machine of a sandbox token, whose number `keyId` is then. */
  vmId?: string | null;
  /** False when the secret was wrong: then somebody else may have sent it. */
  isProven: boolean;
}

/** Refusals that differ in nothing but time. */
interface Bucket {
  code: ErrorCode | 'other';
  operation: string | null;
  subject: RefusedSubject | null;
  network: string | null;
  count: number;
  firstMs: number;
  lastMs: number;
  sample: Pick<Refusal, 'address' | 'requestId' | 'operation' | 'atMs'> | null;
}

/** What a flood can make memory hold and one flush write; each account has one more for all the rest. */
const BUCKETS_MAX = 320;
/** Of one account, so that one cannot crowd out the others; whoever is unknown shares as many. */
const BUCKETS_OF_ACCOUNT_MAX = 32;
const SAMPLED_KINDS_MAX = 1000;
const MINUTE_MS = 60_000;

const FLUSHER: Actor = { type: 'system', id: 'refusals', address: null, requestId: null };

/**
 * Counts refused requests in memory and writes them to the audit trail in batches: a flood must not become a flood of
 * writes. Counts are exact; of each kind the first in a minute is kept whole as a sample. What memory has no room to
 * tell apart goes to one bucket of its account, or of the server, with its exact count.
 */
export class Refusals {
  #buckets = new Map<string, Bucket>();
  #ofAccount = new Map<number, number>();
  readonly #sampled = new Set<string>();
  #minute = 0;

  get size(): number {
    return this.#buckets.size;
  }

  note(refusal: Refusal): void {
    const { code, operation, subject, address, atMs } = refusal;
    const network = networkOfAddress(address);
    this.#add({
      code,
      operation,
      subject,
      network,
      count: 1,
      firstMs: atMs,
      lastMs: atMs,
      sample: this.#isFirst(refusal) ? refusal : null,
    });
  }

  /** Writes what was counted since the last time. What could not be written is kept for the next time. */
  async flush(db: Kysely<Database>, nowMs: number): Promise<void> {
    const buckets = [...this.#buckets.values()];
    if (buckets.length === 0) return;
    this.#buckets = new Map();
    this.#ofAccount = new Map();
    const at = new Date(nowMs).toISOString();
    try {
      await mutate(db, FLUSHER, at, async (trx) => {
        for (const bucket of buckets) await recordBucket(trx, at, bucket);
      });
    } catch (error) {
      for (const bucket of buckets) this.#add(bucket);
      throw error;
    }
  }

  #add(bucket: Bucket): void {
    const { subject, code } = bucket;
    const accountId = subject?.accountId ?? SERVER_ACCOUNT_ID;
    const who = subject ? `${subject.keyId} ${subject.personId} ${subject.isProven}` : '';
    const key = `${accountId} ${code} ${who} ${bucket.operation} ${bucket.network}`;
    const known = this.#buckets.get(key);
    if (known) {
      merge(known, bucket);
      return;
    }
    const ofAccount = this.#ofAccount.get(accountId) ?? 0;
    if (code !== 'other' && (ofAccount >= BUCKETS_OF_ACCOUNT_MAX || this.#buckets.size >= BUCKETS_MAX)) {
      this.#add(otherOf(bucket, ofAccount > 0));
      return;
    }
    this.#buckets.set(key, { ...bucket });
    this.#ofAccount.set(accountId, ofAccount + 1);
  }

  #isFirst({ code, subject, atMs }: Refusal): boolean {
    const minute = Math.floor(atMs / MINUTE_MS);
    if (minute !== this.#minute) {
      this.#minute = minute;
      this.#sampled.clear();
    }
    const kind = `${subject?.accountId ?? SERVER_ACCOUNT_ID} ${code}`;
    if (this.#sampled.has(kind) || this.#sampled.size >= SAMPLED_KINDS_MAX) return false;
    this.#sampled.add(kind);
    return true;
  }
}

function merge(known: Bucket, { count, firstMs, lastMs, sample }: Bucket): void {
  known.count += count;
  known.firstMs = Math.min(known.firstMs, firstMs);
  known.lastMs = Math.max(known.lastMs, lastMs);
  known.sample ??= sample;
}

/** An account that has a bucket has room for one more; all the rest is counted together. */
function otherOf(bucket: Bucket, hasRoom: boolean): Bucket {
  const { subject } = bucket;
  const account =
    subject && hasRoom
      ? { accountId: subject.accountId, environment: null, keyId: null, personId: null, isProven: false }
      : null;
  return { ...bucket, code: 'other', operation: null, network: null, subject: account };
}

async function recordBucket(trx: Transaction<Database>, at: string, bucket: Bucket): Promise<void> {
  const { code, subject, sample } = bucket;
  await recordChange(trx, at, actorOf(bucket), {
    accountId: subject?.accountId ?? SERVER_ACCOUNT_ID,
    environment: subject?.environment ?? null,
    event: 'auth.refused',
    status: 'denied',
    resourceType: subject?.keyId ? kindOf(subject) : 'request',
    vmId: subject?.vmId ?? null,
    resourceId: subject?.keyId ? String(subject.keyId) : '',
    errorMessage: code === 'other' ? 'Refused for various reasons' : ERRORS[code].title,
    payload: {
      code,
      count: bucket.count,
      operation: bucket.operation,
      network: bucket.network,
      first_at: new Date(bucket.firstMs).toISOString(),
      last_at: new Date(bucket.lastMs).toISOString(),
      sample: sample && {
        at: new Date(sample.atMs).toISOString(),
        address: sample.address,
        request_id: sample.requestId,
        operation: sample.operation,
      },
    },
  });
}

function kindOf({ vmId }: RefusedSubject): 'api_key' | 'sandbox_token' {
  return vmId ? 'sandbox_token' : 'api_key';
}

function actorOf({ subject, network, sample }: Bucket): Actor {
  const about = { address: network, requestId: sample?.requestId ?? null };
  if (!subject?.isProven) return { type: 'unknown', id: '', ...about };
  return subject.keyId === null
    ? { type: 'person', id: String(subject.personId), ...about }
    : { type: kindOf(subject), id: String(subject.keyId), personId: subject.personId, ...about };
}

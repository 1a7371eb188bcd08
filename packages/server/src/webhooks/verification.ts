import { randomBase62 } from '@instavm/keyformat';
import { notFound } from '../http/errors.ts';
import { problemOf } from './attempt.ts';
import { type EndpointRow, findEndpoint } from './endpoint-store.ts';
import type { By, Endpoints, EndpointsDeps } from './endpoints.ts';
import type { Outcome, Sender } from './sender.ts';
import { placeOfSecret, signedPost } from './signed-post.ts';

export interface VerificationDeps extends EndpointsDeps {
  sender: Sender;
  endpoints: Endpoints;
}

export interface Verification {
  row: EndpointRow;
  /** Null when it is verified. */
  reason: string | null;
}

const CHALLENGE_LENGTH = 32;

/** Whether whoever answers at an endpoint's address means to: it has to say the challenge that it was sent. */
export class Verifications {
  readonly #deps: VerificationDeps;
  readonly #running = new Map<string, Promise<Verification>>();
  constructor(deps: VerificationDeps) {
    this.#deps = deps;
  }

  /** Who asks while one is under way gets its answer: no endpoint is asked twice at once. */
  async verify(by: By, id: string): Promise<Verification> {
    const row = await findEndpoint(this.#deps.db, by.principal, id);
    if (!row || row.deleted_at !== null) throw notFound('webhooks');
    const running = this.#running.get(id) ?? this.#ask(by, row).finally(() => this.#running.delete(id));
    this.#running.set(id, running);
    return running;
  }

  async #ask(by: By, row: EndpointRow): Promise<Verification> {
    const { sealer, sender, endpoints, now, randomBytes } = this.#deps;
    const secret = sealer.open(row.secret, placeOfSecret(row.id));
    if (secret === null) return { row, reason: 'Its secret cannot be read any more; rotate it.' };
    const challenge = randomBase62(CHALLENGE_LENGTH, randomBytes);
    const eventId = `evt_${randomBase62(CHALLENGE_LENGTH, randomBytes)}`;
    const nowMs = now();
    const body = JSON.stringify({
      id: eventId,
      event_type: 'webhook.verification',
      created_at: new Date(nowMs).toISOString(),
      account_id: row.account_id,
      environment: row.environment,
      vm_id: null,
      session_id: null,
      resource_type: 'webhook_endpoint',
      resource_id: row.id,
      challenge,
      data: { challenge },
    });
    const post = signedPost(row, secret, { eventId, deliveryId: null, body }, nowMs);
    const reason = problemOfAnswer(await sender.post({ ...post, keepsAnswer: true }), challenge);
    if (reason !== null) return { row, reason };
    const verified = await endpoints.noteVerified(by, row);
    return verified
      ? { row: verified, reason: null }
      : { row, reason: 'The endpoint was changed while it was asked; ask again.' };
  }
}

/** Null for a 2xx whose JSON has the challenge. */
export function problemOfAnswer(outcome: Outcome, challenge: string): string | null {
  const problem = problemOf(outcome);
  if (problem) return problem;
  let answer: unknown;
  try {
    answer = JSON.parse(outcome.answer ?? '');
  } catch {
    return 'Its answer is no JSON; it has to be {"challenge": ...} with the challenge that it was sent.';
  }
  const said =
    typeof answer === 'object' && answer !== null ? (answer as { challenge?: unknown }).challenge : undefined;
  if (said === challenge) return null;
  return 'Its answer does not hold the challenge that it was sent: {"challenge": ...}.';
}

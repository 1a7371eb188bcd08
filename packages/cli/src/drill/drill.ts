import { setTimeout as sleep } from 'node:timers/promises';
import type { RevokedApiKey } from '@instavm/sdk';
import { type Hammer, startHammer, type Target } from './hammer.ts';

/** How long the key is used before it is revoked, and at most after. */
const PHASE_MS = 2000;

export interface DrillReport {
  requests: number;
  accepted_before: number;
  /** Requests that began after the revocation's answer, and how many of them were accepted. */
  started_after_answer: number;
  accepted_after_answer: number;
  refused_after_answer: number;
  other_answers: number;
  without_answer: number;
  /** From the moment the revocation was sent; refusals may come before its answer. */
  first_refusal_ms: number | null;
  revocation_ms: number;
  effective_at: string;
  nodes_confirmed: string;
  /** None accepted after the answer, and the key did work before. */
  passed: boolean;
}

/** Uses a key as fast as it can, has it revoked meanwhile, goes on using it, and counts. */
export async function runDrill(
  target: Target,
  revoke: () => Promise<RevokedApiKey>,
  signal: AbortSignal,
): Promise<DrillReport> {
  const hammer = startHammer(target);
  try {
    // Half of the requests are kept for after the revocation.
    await firstOf(hammer.reached(Math.floor(target.maxRequests / 2)), signal);
    const sentAtMs = performance.now();
    const proof = await revoke();
    hammer.revoked();
    const revocationMs = performance.now() - sentAtMs;
    await firstOf(hammer.done, signal);
    hammer.stop();
    await hammer.done;
    return reportOf(hammer, proof, sentAtMs, revocationMs);
  } finally {
    hammer.stop();
  }
}

async function firstOf(event: Promise<void>, signal: AbortSignal): Promise<void> {
  const limit = new AbortController();
  const timer = sleep(PHASE_MS, undefined, { signal: AbortSignal.any([signal, limit.signal]) });
  try {
    await Promise.race([event, timer]);
  } finally {
    limit.abort();
    timer.catch(() => undefined);
  }
}

function reportOf(
  { tally }: Hammer,
  proof: RevokedApiKey,
  sentAtMs: number,
  revocationMs: number,
): DrillReport {
  const { firstRefusalAtMs, acceptedBefore, acceptedAfter, refusedAfter } = tally;
  return {
    requests: tally.made,
    accepted_before: acceptedBefore,
    started_after_answer: tally.startedAfter,
    accepted_after_answer: acceptedAfter,
    refused_after_answer: refusedAfter,
    other_answers: tally.other,
    without_answer: tally.failed,
    first_refusal_ms: firstRefusalAtMs === null ? null : round(firstRefusalAtMs - sentAtMs),
    revocation_ms: round(revocationMs),
    effective_at: proof.effective_at,
    nodes_confirmed: proof.nodes_confirmed,
    passed: acceptedAfter === 0 && acceptedBefore > 0 && refusedAfter > 0,
  };
}

function round(ms: number): number {
  return Math.round(ms * 10) / 10;
}

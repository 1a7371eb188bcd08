import assert from 'node:assert/strict';
import type { Finding } from '../anomalies/finding.ts';
import { raise } from '../anomalies/raise.ts';
import type { TestServer } from './server.ts';

/** Has something unusual found about a key. @returns the id of the anomaly that it belongs to */
export async function findAnomalyOf(
  server: Pick<TestServer, 'deps'>,
  keyId: number,
  finding: Partial<Finding> = {},
  { isProven = true } = {},
): Promise<string> {
  const { deps } = server;
  const subject = finding.subject === undefined ? '203.0.113.0/24' : finding.subject;
  const figures = { network: subject, days_of_use: 20, usual: '198.51.100.0/24', others: 0 };
  const whole: Finding = { kind: 'new_place', subject, figures, isRepeat: false, ...finding };
  const who = { isProven, address: '203.0.113.7', client: 'curl' };
  await raise(deps, [{ keyId, finding: whole, atMs: deps.now(), ...who }]);
  const row = await deps.db
    .selectFrom('anomaly')
    .select('id')
    .where('api_key_id', '=', keyId)
    .where('kind', '=', whole.kind)
    .orderBy('last_seen_at', 'desc')
    .executeTakeFirst();
  assert.ok(row);
  return row.id;
}

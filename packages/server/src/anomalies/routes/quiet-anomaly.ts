import { anomalies } from '@instavm/contract';
import { bind } from '../../http/bind.ts';
import { actorOf } from '../../http/context.ts';
import { anomalyRecord, type KeyPrefixOf } from '../anomaly.ts';
import { quietAnomaly as quiet, type SettleDeps } from '../settle.ts';

const DAYS = 30;

export const quietAnomaly = (deps: SettleDeps & { keyPrefixOf: KeyPrefixOf }) =>
  bind(anomalies.quiet, async (context, { params, body }) => {
    const days = body.days ?? DAYS;
    const row = await quiet(deps, actorOf(context), context.principal, params.anomaly_id, days);
    return anomalyRecord(row, deps.keyPrefixOf);
  });

import { anomalies } from '@instavm/contract';
import { bind } from '../../http/bind.ts';
import { actorOf } from '../../http/context.ts';
import { anomalyRecord, type KeyPrefixOf } from '../anomaly.ts';
import { resolveAnomaly as resolve, type SettleDeps } from '../settle.ts';

export const resolveAnomaly = (deps: SettleDeps & { keyPrefixOf: KeyPrefixOf }) =>
  bind(anomalies.resolve, async (context, { params }) => {
    const row = await resolve(deps, actorOf(context), context.principal, params.anomaly_id);
    return anomalyRecord(row, deps.keyPrefixOf);
  });

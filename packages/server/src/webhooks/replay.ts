import { mutate } from '../db/mutation.ts';
import { notFound } from '../http/errors.ts';
import { findDelivery } from './delivery-reads.ts';
import { type DeliveryRow, insertDelivery } from './delivery-store.ts';
import { endpointById } from './endpoint-store.ts';
import { type By, type EndpointsDeps, record, requireEnabled } from './endpoints.ts';

/** Sends what a delivery told of once more, now, as a delivery of its own. The event keeps its id. */
export async function replay(
  deps: EndpointsDeps,
  { actor, principal }: By,
  id: string,
): Promise<DeliveryRow> {
  const at = new Date(deps.now()).toISOString();
  const { made, endpoint } = await mutate(deps.db, actor, at, async (trx) => {
    const before = await findDelivery(trx, principal, id);
    if (!before) throw notFound('webhookDeliveries');
    const endpoint = (await endpointById(trx, before.endpoint_id))!;
    requireEnabled(endpoint);
    await record(trx, at, actor, 'webhook_endpoint.replayed', { ...endpoint, payload: { delivery_id: id } });
    const madeId = await insertDelivery(
      trx,
      deps.randomBytes,
      {
        endpointId: endpoint.id,
        accountId: endpoint.account_id,
        environment: endpoint.environment,
        eventSeq: before.event_seq,
        eventType: before.event_type,
        isTest: before.is_test === 1,
        vmId: before.vm_id,
        // Somebody asks for it now: it waits for nothing.
        orderedBy: null,
        replayOf: id,
      },
      at,
      false,
    );
    return { made: (await findDelivery(trx, principal, madeId))!, endpoint };
  });
  deps.changed(endpoint);
  return made;
}

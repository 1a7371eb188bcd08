import { apiKeys } from '@instavm/contract';
import { bind } from '../../http/bind.ts';
import { actorOf } from '../../http/context.ts';
import { mustHold, mustNotBeItself, mustStayInside } from '../delegation.ts';
import { ended, mustBeChangeable } from '../ended.ts';
import type { FindVisibleKey } from '../find-visible.ts';
import type { KeyRing } from '../key-ring.ts';
import { keyColumns } from '../settings.ts';

export const updateKey = (deps: { findKey: FindVisibleKey; keys: KeyRing; now(): number }) =>
  bind(apiKeys.update, async (context, { params, body }) => {
    const { principal } = context;
    const row = await deps.findKey(principal, params.id);
    mustNotBeItself(principal, row.id);
    mustBeChangeable(row);
    const { status } = deps.keys.record(row);
    if (status !== 'active' && status !== 'disabled') throw ended(status);
    const columns = keyColumns(body, deps.now());
    mustHold(principal, deps.keys.permissionsOf({ ...row, ...columns }));
    if ('environment' in columns) mustStayInside(principal, columns.environment ?? null);
    if (Object.keys(columns).length === 0) return deps.keys.record(row);
    const changed = await deps.keys.update(actorOf(context), row.id, columns);
    if (!changed) throw ended('revoked');
    return deps.keys.record(changed);
  });

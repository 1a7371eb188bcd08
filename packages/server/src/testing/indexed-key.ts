import { scopeSets } from '../auth/effective-permissions.ts';
import { Owners } from '../auth/owners.ts';
import type { IndexedKey } from '../keys/key-index.ts';
import { cellMemory } from '../limits/gcra.ts';
import { NO_KEY_LIMITS } from '../limits/key-limits.ts';

/** An owner in an open account. */
export function activeOwner(owners = new Owners()) {
  const owner = owners.member(1, 1);
  owner.role = 'owner';
  owner.isActive = true;
  owners.account(1).isOpen = true;
  return owner;
}

/** A live key that nothing limits, but for what is given. */
export function indexedKey(given: Partial<IndexedKey> = {}): IndexedKey {
  return {
    id: 1,
    owner: activeOwner(),
    personId: 1,
    environment: null,
    vmId: null,
    scopeSet: scopeSets()('["full"]'),
    pepperVersion: 1,
    createdAtMs: 0,
    notBeforeMs: 0,
    expiresAtMs: 0,
    rotationEndsAtMs: 0,
    idleExpiryDays: 0,
    lastUsedAtMs: 0,
    allowedCidrs: '[]',
    limits: NO_KEY_LIMITS,
    cells: cellMemory(1),
    cellAt: 0,
    status: 'live',
    awaitsFirstUse: false,
    seq: 0,
    slot: 0,
    ...given,
  };
}

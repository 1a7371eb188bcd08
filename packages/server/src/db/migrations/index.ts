import type { Migration } from 'kysely/migration';
import { firstTables } from './0001-first-tables.ts';
import { keyLife } from './0002-key-life.ts';
import { auditChain } from './0003-audit-chain.ts';
import { teams } from './0004-teams.ts';
import { pepperVersions } from './0005-pepper-versions.ts';
import { importedKeys } from './0006-imported-keys.ts';
import { keyLabels } from './0007-key-labels.ts';

/** In order of their names. A migration that has landed is never edited. */
export const migrations: Record<string, Migration> = {
  '0001-first-tables': firstTables,
  '0002-key-life': keyLife,
  '0003-audit-chain': auditChain,
  '0004-teams': teams,
  '0005-pepper-versions': pepperVersions,
  '0006-imported-keys': importedKeys,
  '0007-key-labels': keyLabels,
};

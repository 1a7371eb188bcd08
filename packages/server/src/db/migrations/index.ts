import type { Migration } from 'kysely/migration';
import { firstTables } from './0001-first-tables.ts';
import { keyLife } from './0002-key-life.ts';
import { auditChain } from './0003-audit-chain.ts';
import { teams } from './0004-teams.ts';
import { pepperVersions } from './0005-pepper-versions.ts';
import { importedKeys } from './0006-imported-keys.ts';
import { keyLabels } from './0007-key-labels.ts';
import { limitsAndTimes } from './0008-limits-and-times.ts';
import { quotas } from './0009-quotas.ts';
import { usage } from './0010-usage.ts';
import { anomalies } from './0011-anomalies.ts';
import { webhooks } from './0012-webhooks.ts';
import { shortLived } from './0013-short-lived.ts';
import { mail } from './0014-mail.ts';
import { repeatedAnswers } from './0015-repeated-answers.ts';
import { sessionTimes } from './0016-session-times.ts';
import { backlog } from './0017-backlog.ts';

/** In order of their names. A migration that has landed is never edited. */
export const migrations: Record<string, Migration> = {
  '0001-first-tables': firstTables,
  '0002-key-life': keyLife,
  '0003-audit-chain': auditChain,
  '0004-teams': teams,
  '0005-pepper-versions': pepperVersions,
  '0006-imported-keys': importedKeys,
  '0007-key-labels': keyLabels,
  '0008-limits-and-times': limitsAndTimes,
  '0009-quotas': quotas,
  '0010-usage': usage,
  '0011-anomalies': anomalies,
  '0012-webhooks': webhooks,
  '0013-short-lived': shortLived,
  '0014-mail': mail,
  '0015-repeated-answers': repeatedAnswers,
  '0016-session-times': sessionTimes,
  '0017-backlog': backlog,
};

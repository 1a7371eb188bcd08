import { executions } from '@instavm/contract';
import type { Kysely } from 'kysely';
import type { Database } from '../../db/schema.ts';
import { bind } from '../../http/bind.ts';
import { notFound } from '../../http/errors.ts';
import { taskRecord } from '../execution.ts';
import { findExecution } from '../store.ts';

export const getExecution = (deps: { db: Kysely<Database> }) =>
  bind(executions.get, async ({ principal }, { params }) => {
    const row = await findExecution(deps.db, principal, params.task_id);
    if (!row) throw notFound('executions');
    return taskRecord(row);
  });

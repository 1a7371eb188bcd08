import { csvLine } from '../http/csv.ts';
import { type AuditRecord, type AuditRow, auditRecord } from './event.ts';

export interface ExportFormat {
  mediaType: string;
  fileName: string;
  /** Pieces of the file, one for each piece of rows. */
  write(rows: AsyncIterable<AuditRow[]>): AsyncGenerator<string>;
}

const COLUMNS = [
  'id',
  'created_at',
  'account_id',
  'environment',
  'event_group',
  'event_type',
  'status',
  'actor_type',
  'actor_id',
  'user_id',
  'resource_type',
  'resource_id',
  'vm_id',
  'session_id',
  'address',
  'request_id',
  'error_message',
  'event_payload',
  'prev_hash',
  'account_prev_hash',
  'hash',
] as const satisfies (keyof AuditRecord)[];

export const EXPORT_FORMATS: Record<'jsonl' | 'csv', ExportFormat> = {
  jsonl: {
    mediaType: 'application/x-ndjson',
    fileName: 'instavm-audit.jsonl',
    async *write(rows) {
      for await (const some of rows)
        yield some.map((row) => `${JSON.stringify(auditRecord(row))}\n`).join('');
    },
  },
  csv: {
    mediaType: 'text/csv; charset=utf-8; header=present',
    fileName: 'instavm-audit.csv',
    async *write(rows) {
      yield csvLine(COLUMNS);
      for await (const some of rows) yield some.map(csvOf).join('');
    },
  },
};

function csvOf(row: AuditRow): string {
  const record = { ...auditRecord(row), event_payload: row.payload };
  return csvLine(COLUMNS.map((column) => record[column]));
}

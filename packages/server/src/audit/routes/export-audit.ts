import { Readable } from 'node:stream';
import { audit } from '@instavm/contract';
import { bind } from '../../http/bind.ts';
import { StreamedAnswer } from '../../http/streamed.ts';
import { EXPORT_FORMATS } from '../export.ts';
import { type AuditReadDeps, oldestEvents } from '../store.ts';

export const exportAudit = (deps: AuditReadDeps) =>
  bind(audit.export, async ({ principal }, { query }) => {
    const { format = 'jsonl', ...filters } = query;
    const { mediaType, fileName, write } = EXPORT_FORMATS[format];
    return new StreamedAnswer(Readable.from(write(oldestEvents(deps, principal, filters))), {
      'content-type': mediaType,
      'content-disposition': `attachment; filename="${fileName}"`,
    });
  });

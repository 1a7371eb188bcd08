import { z } from 'zod';
import { operation } from '../operation.ts';
import { flag, guestPath, textId } from '../schemas/fields.ts';

const fileUpload = z
  .object({
    remote_path: guestPath.describe('A file, or a folder when it ends in a slash or is one.'),
    session_id: textId.optional(),
    recursive: flag(false).describe('Accepted for the published client; one regular file is taken.'),
  })
  .meta({ id: 'FileUpload' });

const uploadedFile = z
  .object({ status: z.literal('success'), path: z.string(), size: z.int() })
  .meta({ id: 'UploadedFile' });

const fileDownload = z
  .object({ filename: guestPath, session_id: textId.optional() })
  .meta({ id: 'FileDownload' });

const downloadedFile = z
  .object({
    status: z.literal('success'),
    filename: z.string(),
    size: z.int(),
    content: z
      .string()
      .describe('Base64; of an empty file one line break, as clients take an empty text for an absent one.'),
  })
  .meta({ id: 'DownloadedFile' });

export const files = {
  upload: operation({
    id: 'files.upload',
    published: 'FIL-1',
    method: 'POST',
    path: '/upload',
    credential: 'header',
    permission: 'files:write',
    sandboxPermission: 'files:write',
    built: true,
    summary: 'Upload a file to a machine',
    request: { body: fileUpload, bodyType: 'multipart' },
    response: { status: 200, body: uploadedFile },
    errors: [404, 410, 502, 503],
  }),
  download: operation({
    id: 'files.download',
    published: 'FIL-2',
    method: 'POST',
    path: '/download',
    credential: 'header',
    permission: 'files:read',
    sandboxPermission: 'files:read',
    built: true,
    summary: 'Download a file from a machine',
    request: { body: fileDownload, bodyType: 'form' },
    response: { status: 200, body: downloadedFile },
    errors: [404, 410, 502, 503],
  }),
};

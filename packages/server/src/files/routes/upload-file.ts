import { files } from '@instavm/contract';
import { GuestError, putFile } from '@instavm/machines';
import { bind } from '../../http/bind.ts';
import { ApiError } from '../../http/errors.ts';
import { brokenMultipart } from '../../http/input.ts';
import type { InSession } from '../../sessions/in-session.ts';
import type { OpenChannelOf } from '../../sessions/open-channel.ts';
import { fileError } from '../file.ts';
import type { Spool } from '../spool.ts';

export interface UploadFileDeps {
  openChannelOf: OpenChannelOf;
  inSession: InSession;
  spool: Spool;
}

/** The file appears in the machine whole or not at all. */
export const uploadFile = (deps: UploadFileDeps) =>
  bind(files.upload, async (context, { body, file }) => {
    const upload = file!;
    try {
      return await deps.inSession(context, body.session_id, async ({ vm }) => {
        const spooled = await deps.spool.take(upload).catch((error: unknown) => {
          throw brokenMultipart(error);
        });
        try {
          if (upload.truncated)
            throw new ApiError('payload_too_large', 'A file has at most 2 GiB. Send it in parts.');
          const { path, size } = await putFile(
            deps.openChannelOf(vm, 'upload'),
            { path: body.remote_path, recursive: body.recursive, size: spooled.size },
            await spooled.stream(),
          );
          return { status: 'success' as const, path, size };
        } finally {
          await spooled.remove();
        }
      });
    } catch (error) {
      throw error instanceof GuestError ? fileError(error) : error;
    } finally {
      // What was not read would keep the connection busy.
      upload.resume();
    }
  });

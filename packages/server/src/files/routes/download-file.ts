import { files } from '@instavm/contract';
import { GuestError, getFile } from '@instavm/machines';
import { bind } from '../../http/bind.ts';
import type { InSession } from '../../sessions/in-session.ts';
import type { OpenChannelOf } from '../../sessions/open-channel.ts';
import { fileError } from '../file.ts';

export const downloadFile = (deps: { openChannelOf: OpenChannelOf; inSession: InSession }) =>
  bind(files.download, (context, { body }) =>
    deps.inSession(context, body.session_id, async ({ vm }) => {
      try {
        const { size, body: stream } = await getFile(deps.openChannelOf(vm, 'download'), {
          path: body.filename,
        });
        const chunks: Buffer[] = [];
        for await (const chunk of stream) chunks.push(chunk as Buffer);
        // Clients take an empty text for an absent one; a line break is base64 of nothing.
        const content = Buffer.concat(chunks).toString('base64') || '\n';
        return { status: 'success' as const, filename: body.filename, size, content };
      } catch (error) {
        throw error instanceof GuestError ? fileError(error) : error;
      }
    }),
  );

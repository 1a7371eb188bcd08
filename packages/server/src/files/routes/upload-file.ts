import { files } from '@instavm/contract';
import { GuestError, putFile, type VmHost } from '@instavm/machines';
import { bind } from '../../http/bind.ts';
import type { InSession } from '../../sessions/in-session.ts';
import { fileError } from '../file.ts';

/** Streams the file into the machine; it appears there whole or not at all. */
export const uploadFile = (deps: { host: VmHost; inSession: InSession }) =>
  bind(files.upload, async (context, { body, file }) => {
    const source = file!;
    try {
      return await deps.inSession(context, body.session_id, async ({ vm }) => {
        const { path, size } = await putFile(
          (service) =>
            deps.host.openLink({ vmId: vm.id, generation: vm.generation, service, ticket: 'upload' }),
          { path: body.remote_path, recursive: body.recursive },
          source,
        );
        return { status: 'success' as const, path, size };
      });
    } catch (error) {
      throw error instanceof GuestError ? fileError(error) : error;
    } finally {
      // What was not read would keep the connection busy.
      source.resume();
    }
  });

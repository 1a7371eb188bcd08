import { CliError, EXIT } from '../errors/cli-error.ts';

/** The file of stored settings cannot be used as it is. */
export function configError(code: string, message: string, why: string, hint: string): CliError {
  return new CliError({ code, exitCode: EXIT.error, message, why, hint });
}

/** What the system said when the file or its folder could not be used. */
export function configAccessError(path: string, verb: 'read' | 'write', error: unknown): CliError {
  const { code, message } = error as NodeJS.ErrnoException;
  return configError(
    'config_unusable',
    `Cannot ${verb} ${path}`,
    message ?? String(code),
    'Check the rights of the file and its folder, and that the disk is not full',
  );
}

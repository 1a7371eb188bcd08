import { findProgram } from './find-program.ts';
import { runTool, type ToolRun } from './run-tool.ts';

/** Runs programs of the host that must not outlive this process. */
export interface HostTools {
  /** Null when there is no such program. */
  find(name: string): Promise<string | null>;
  /** The words to put before a command so that the kernel ends it when this process dies. */
  leash(): Promise<readonly string[]>;
  run(run: ToolRun): Promise<string>;
}

/** `path` is the PATH to search; nothing else of the environment is read here. */
export function hostTools(path: string, env: NodeJS.ProcessEnv): HostTools {
  let leash: Promise<readonly string[]> | null = null;
  const find = (name: string) => findProgram(name, path);
  const getLeash = () => {
    leash ??= find('setpriv').then((setpriv) => (setpriv ? [setpriv, '--pdeathsig', 'KILL', '--'] : []));
    return leash;
  };
  return {
    find,
    leash: getLeash,
    async run(run) {
      // A preparation that is killed must not leave a half-dead apt behind that the next one then races with.
      const [command, ...args] = [...(await getLeash()), run.command, ...run.args] as [string, ...string[]];
      return runTool({ ...run, command, args, env: { ...env, ...run.env } }).catch((error) => {
        if (error?.name === 'ToolError') error.message = error.message.replace(command, run.command);
        throw error;
      });
    },
  };
}

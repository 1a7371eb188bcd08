import { readFileSync } from 'node:fs';

// Between npm and a script stand a shell, and once the pinned Node is installed its launcher.
const furthest = 4;

/**
 * Calls back once when the npm that started this process is gone. npm passes a signal on to its shell, which
 * ends without telling its children: a stopped `npm start` would leave the server behind. Only Linux tells.
 * @param {() => void} callback
 */
export function whenNpmEnds(callback) {
  const ancestors = ancestorsUpToNpm();
  if (ancestors.length === 0) return;
  const timer = setInterval(() => {
    if (ancestors.every(([pid, parent]) => parentOf(pid) === parent)) return;
    clearInterval(timer);
    callback();
  }, 300);
  timer.unref();
}

/** Pairs of a process and its parent, from this one to the one that npm started. */
function ancestorsUpToNpm() {
  const pairs = [];
  for (let pid = process.pid; pairs.length < furthest; ) {
    const parent = parentOf(pid);
    if (!parent) return [];
    pairs.push([pid, parent]);
    if (nameOf(parent).startsWith('npm')) return pairs;
    pid = parent;
  }
  return [];
}

function parentOf(pid) {
  // The name, in brackets, may hold anything; state and parent follow its last bracket.
  const fields = read(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ');
  return Number(fields?.[1]) || undefined;
}

const nameOf = (pid) => read(`/proc/${pid}/comm`);

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

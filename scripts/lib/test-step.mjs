import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { productEnvironment } from './hand-over.mjs';
import { root } from './paths.mjs';
import { lineOf } from './rail.mjs';

// After its last test a run has this long to end; what keeps it is an open handle that a test left behind.
const endMs = 15_000;

/**
 * Runs one step and reports it.
 * @param {import('./test-steps.mjs').Step} step
 * @returns {Promise<{passed?: number, failed?: number, skipped?: number}>} a step without tests adds only its failure
 */
export async function runStep(step, node, rail) {
  if (step.work) {
    const problem = await step.work(node, rail);
    if (problem) process.stdout.write(`${problem.trimEnd()}\n`);
    return problem ? { failed: 1 } : {};
  }
  const line = step.isShown ? announced(step.title) : rail.step(step.title);
  const { code, output, counts, problem } = together(
    await Promise.all(step.args.map((args) => runNode({ ...step, args }, node))),
  );
  const bad = problem ?? (code === 0 || counts?.failed ? null : `exit code ${code}`);
  const failed = (counts?.failed ?? 0) + (bad ? 1 : 0);
  const note = [
    counts && `${counts.passed} passed`,
    failed && `${failed} failed`,
    counts?.skipped && `${counts.skipped} skipped`,
    bad,
  ];
  line[failed ? 'fail' : 'done'](note.filter(Boolean).join(', '));
  if (failed && !step.isShown) process.stdout.write(`${output.trimEnd()}\n`);
  return { ...counts, failed };
}

/** One result of several processes: what each printed, all that they counted, the first thing that went wrong. */
function together(results) {
  const counted = results.map(({ counts }) => counts).filter(Boolean);
  const sum = (name) => counted.reduce((all, counts) => all + counts[name], 0);
  return {
    code: results.find(({ code }) => code !== 0)?.code ?? 0,
    output: results.map(({ output }) => output).join(''),
    counts: counted.length
      ? { passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') }
      : undefined,
    problem: results.find(({ problem }) => problem)?.problem,
  };
}

// A step that prints while it runs gets its line afterwards only.
function announced(title) {
  const began = Date.now();
  const end = (mark) => (note) => process.stdout.write(`${lineOf(mark, title, note, began)}\n`);
  return { done: end('  '), fail: end('✖ ') };
}

function runNode(step, node) {
  const folder = mkdtempSync(join(tmpdir(), 'instavm-test-'));
  const countsFile = join(folder, 'counts.json');
  return new Promise((resolve) => {
    const child = spawn(node, step.args, {
      cwd: root,
      env: { ...cleanEnvironment(), INSTAVM_TEST_COUNTS: countsFile },
      // A group of its own, so that nothing that the tests started outlives them when they are stopped.
      detached: true,
      stdio: ['ignore', step.isShown ? 'inherit' : 'pipe', step.isShown ? 'inherit' : 'pipe'],
    });
    const passOn = (signal) => endGroup(child.pid, signal);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, passOn);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (chunk) => {
        output += chunk;
      });
    }
    let problem;
    const stop = (reason) => {
      problem = reason;
      endGroup(child.pid, 'SIGKILL');
    };
    const limit = setTimeout(() => stop(`stopped after ${step.limitMs / 60_000} minutes`), step.limitMs);
    const watch = setInterval(() => {
      if (!existsSync(countsFile)) return;
      clearInterval(watch);
      endTimer = setTimeout(
        () => stop('the tests ended, their process did not: an open handle is left'),
        endMs,
      );
    }, 500);
    let endTimer;
    child.on('close', (code) => {
      for (const timer of [limit, watch, endTimer]) clearTimeout(timer);
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.off(signal, passOn);
      const counts = existsSync(countsFile) ? JSON.parse(readFileSync(countsFile, 'utf8')) : undefined;
      rmSync(folder, { recursive: true, force: true });
      const silent = step.hasCounts && !counts && !problem ? 'it ended before its tests did' : undefined;
      resolve({ code: code ?? 1, output, counts, problem: problem ?? silent });
    });
  });
}

function endGroup(pid, signal) {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

/** The caller's own INSTAVM_ settings must not decide how the product's tests end. */
function cleanEnvironment() {
  return Object.fromEntries(
    Object.entries(productEnvironment()).filter(
      ([name]) => !name.startsWith('INSTAVM_') && name !== 'NODE_OPTIONS',
    ),
  );
}

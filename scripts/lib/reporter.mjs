import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { inspect } from 'node:util';

/**
 * A reporter for node:test: passing tests are counted, failing ones shown in full with what their file
 * printed. The counts go to the file named by INSTAVM_TEST_COUNTS.
 */
export default async function* report(events) {
  const printed = new Map();
  const failedFiles = new Set();
  for await (const { type, data } of events) {
    if (type === 'test:stdout' || type === 'test:stderr') {
      printed.set(data.file, (printed.get(data.file) ?? '') + data.message);
    }
    if (type === 'test:fail' && !isSubtestsFailed(data)) {
      failedFiles.add(data.file);
      yield failure(data);
    }
    if (type === 'test:summary' && data.file) {
      yield fileLine(data);
      if (failedFiles.has(data.file) && printed.has(data.file)) yield `${printed.get(data.file)}\n`;
    }
    if (type === 'test:summary' && !data.file) {
      const { passed, failed, cancelled, skipped, todo } = data.counts;
      const counts = { passed, failed: failed + cancelled, skipped: skipped + todo };
      if (process.env.INSTAVM_TEST_COUNTS)
        writeFileSync(process.env.INSTAVM_TEST_COUNTS, JSON.stringify(counts));
    }
  }
}

// A group that failed only because of what is in it: its members were shown already.
const isSubtestsFailed = (data) => data.details?.error?.failureType === 'subtestsFailed';

function failure(data) {
  const error = data.details?.error?.cause ?? data.details?.error;
  const place = data.file ? `${relative(process.cwd(), data.file)}:${data.line ?? 1}` : '';
  const text = error instanceof Error ? (error.stack ?? error.message) : inspect(error);
  return `\n✖ ${data.name}\n  ${place}\n${text.replaceAll(/^/gm, '  ')}\n\n`;
}

function fileLine({ file, counts, duration_ms: duration, success }) {
  const parts = [`${counts.passed} passed`];
  if (!success) parts.push(`${counts.failed + counts.cancelled} failed`);
  if (counts.skipped) parts.push(`${counts.skipped} skipped`);
  return `${success ? '  ' : '✖ '}${relative(process.cwd(), file)}: ${parts.join(', ')}, ${(duration / 1000).toFixed(1)} s\n`;
}

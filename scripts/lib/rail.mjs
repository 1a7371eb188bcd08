/**
 * One line a step, with its time. On a terminal the line of the running step counts the seconds; elsewhere
 * a long step is announced as well, so that a log shows where a wait is.
 * @param {NodeJS.WriteStream} out
 */
export function rail(out) {
  const isLive = Boolean(out.isTTY) && process.env.TERM !== 'dumb';

  /**
   * @param {string} title what is being done, two words at most
   * @returns {{done(note?: string): void, fail(note?: string): void, update(note: string): void}}
   */
  function step(title) {
    const began = Date.now();
    let note = '';
    const draw = () => out.write(`\r\u001b[2K${lineOf('  ', title, note, began)}`);
    // Elsewhere than on a terminal only a wait is announced: a short step is one line.
    const timer = isLive ? setInterval(draw, 200) : setTimeout(() => out.write(`  ${title} ...\n`), 3_000);
    timer.unref();
    if (isLive) draw();
    const end = (mark, text) => {
      clearInterval(timer);
      out.write(`${isLive ? '\r\u001b[2K' : ''}${lineOf(mark, title, text, began)}\n`);
    };
    return {
      update: (text) => {
        note = text;
      },
      done: (text = '') => end('  ', text),
      fail: (text = '') => end('✖ ', text),
    };
  }

  return { step };
}

/** The form of a line, for steps that print while they run and are reported afterwards. */
export function lineOf(mark, title, note, began) {
  const elapsed = (Date.now() - began) / 1000;
  const seconds = elapsed < 10 ? `${elapsed.toFixed(1)} s` : `${Math.round(elapsed)} s`;
  return mark + [title, note, seconds].filter(Boolean).join(' · ');
}

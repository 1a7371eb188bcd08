/**
 * One line a step, with its time. On a terminal the line of the running step counts the seconds; elsewhere
 * a step that has work to do is announced and then reported, so that a log shows where a wait was.
 * @param {NodeJS.WriteStream} out
 */
export function rail(out) {
  const live = Boolean(out.isTTY) && process.env.TERM !== 'dumb';
  const colour = live && !process.env.NO_COLOR;
  const paint = (code, text) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);
  const line = (mark, title, note) => `${mark}  ${title.padEnd(18)} ${note}`.trimEnd();

  /**
   * @param {string} title what is being done, two words at most
   * @returns {{done(note?: string): void, fail(note?: string): void, update(note: string): void}}
   */
  function step(title) {
    const began = Date.now();
    let note = '';
    const draw = () =>
      out.write(`\r\u001b[2K${paint(36, '◒')}  ${title.padEnd(18)} ${paint(2, `${note} ${seconds(began)}`)}`);
    const timer = live ? setInterval(draw, 200) : undefined;
    timer?.unref();
    if (live) draw();
    else out.write(`${line('·', `${title}...`, '')}\n`);
    const end = (mark, text) => {
      clearInterval(timer);
      out.write(
        `${live ? '\r\u001b[2K' : ''}${line(mark, title, [text, seconds(began)].filter(Boolean).join(', '))}\n`,
      );
    };
    return {
      update: (text) => {
        note = text;
      },
      done: (text = '') => end(paint(32, '◆'), text),
      fail: (text = '') => end(paint(31, '■'), text),
    };
  }

  return { step, say: (text) => out.write(`${text}\n`) };
}

function seconds(began) {
  const elapsed = (Date.now() - began) / 1000;
  return elapsed < 10 ? `${elapsed.toFixed(1)} s` : `${Math.round(elapsed)} s`;
}

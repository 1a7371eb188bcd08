import { cx } from './cx.ts';

/** Text as it is, in a box that scrolls and that the keyboard can reach and scroll. */
export function ScrollText({ label, text, className }: { label: string; text: string; className?: string }) {
  return (
    <section
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard (WCAG 2.1.1)
      tabIndex={0}
      className="overflow-auto rounded-control focus-visible:-outline-offset-2"
    >
      <pre className={cx('w-max min-w-full text-small leading-5', className)}>
        <code>{text}</code>
      </pre>
    </section>
  );
}

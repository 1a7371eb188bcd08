import { CopyButton } from './copy-button.tsx';

interface SecretOnceProps {
  title: string;
  text: string;
  /** What to do with it. */
  children: string;
}

/** A secret that is shown once. */
export function SecretOnce({ title, text, children }: SecretOnceProps) {
  return (
    <section
      aria-label={title}
      className="relative overflow-hidden rounded-panel border border-brass-line bg-brass-soft p-4 pl-5 before:absolute before:inset-y-0 before:left-0 before:w-1 before:bg-brass"
    >
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h3 className="text-body">{title}</h3>
        <CopyButton text={text} label="Copy" look="primary" />
      </div>
      <code data-testid="secret" className="wrap-anywhere mt-3 block select-all">
        {text}
      </code>
      <p className="mt-3 text-small text-soft">{children}</p>
    </section>
  );
}

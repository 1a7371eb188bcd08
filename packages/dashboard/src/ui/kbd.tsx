export function Kbd({ children }: { children: string }) {
  return (
    <kbd className="inline-flex h-5 min-w-5 items-center justify-center rounded-small border border-line border-b-2 bg-surface px-1 text-note text-soft">
      {children}
    </kbd>
  );
}

/** Where a page will be: its outline, once it takes long enough to notice. */
export function PendingPage() {
  return (
    <div role="status" className="mx-auto flex w-full max-w-6xl flex-col gap-6 px-4 py-6 sm:px-8 sm:py-8">
      <span className="sr-only">Loading</span>
      <span className="h-7 w-48 animate-breathe rounded-control bg-line" />
      <span className="h-5 w-80 max-w-full animate-breathe rounded-control bg-line" />
      <span className="h-64 animate-breathe rounded-panel border border-line bg-surface" />
    </div>
  );
}

import { X } from 'lucide-react';
import { createContext, type ReactNode, use, useCallback, useMemo, useState } from 'react';
import { Notice } from './notice.tsx';

export interface Toast {
  tone: 'good' | 'bad' | 'neutral';
  title: string;
  detail?: string;
}

type Show = (toast: Toast) => void;

const ToastContext = createContext<Show>(() => {});

/** Says what happened at the edge of the page. Failures stay until they are closed. */
export const useToast = () => use(ToastContext);

const SHOWN_MILLISECONDS = 6000;

export function ToastProvider({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<(Toast & { id: number })[]>([]);
  const close = useCallback((id: number) => setToasts((all) => all.filter((toast) => toast.id !== id)), []);
  const show = useMemo(() => {
    let last = 0;
    return (toast: Toast) => {
      const id = ++last;
      setToasts((all) => [...all.slice(-3), { ...toast, id }]);
      if (toast.tone !== 'bad') setTimeout(() => close(id), SHOWN_MILLISECONDS);
    };
  }, [close]);
  return (
    <ToastContext value={show}>
      {children}
      <section
        aria-label="Messages"
        aria-live="polite"
        className="pointer-events-none fixed right-4 bottom-4 z-50 flex w-[min(24rem,calc(100vw-2rem))] flex-col gap-2"
      >
        {toasts.map((toast) => (
          <div
            key={toast.id}
            className="pointer-events-auto relative rounded-control bg-raised shadow-raised"
          >
            <Notice tone={toast.tone} title={toast.title}>
              {toast.detail}
            </Notice>
            <button
              type="button"
              aria-label="Close message"
              onClick={() => close(toast.id)}
              className="absolute top-2 right-2 flex size-6 items-center justify-center rounded-small text-soft hover:text-ink"
            >
              <X size={14} aria-hidden />
            </button>
          </div>
        ))}
      </section>
    </ToastContext>
  );
}

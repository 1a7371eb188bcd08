import { createContext, type ReactNode, use, useEffect, useEffectEvent, useMemo, useState } from 'react';
import { readChoice, writeChoice } from './stored-choice.ts';

interface Shortcut {
  key: string;
  does: string;
  run: () => void;
}

interface Shortcuts {
  all: ReadonlySet<Shortcut>;
  add: (shortcut: Shortcut) => () => void;
  on: boolean;
  setOn: (on: boolean) => void;
}

const ShortcutContext = createContext<Shortcuts | null>(null);

export function useShortcuts(): Shortcuts {
  const shortcuts = use(ShortcutContext);
  if (!shortcuts) throw new Error('useShortcuts needs ShortcutProvider above it.');
  return shortcuts;
}

/** Binds a single key for as long as the caller is on the page, and lists it in the help. */
export function useShortcut(key: string, does: string, run: () => void): void {
  const { add } = useShortcuts();
  const latest = useEffectEvent(run);
  useEffect(() => add({ key, does, run: () => latest() }), [add, key, does]);
}

/** Single keys can be switched off (WCAG 2.1.4): speech input would press them by accident. */
export function ShortcutProvider({ children }: { children: ReactNode }) {
  const [on, setOn] = useState(() => readChoice('shortcuts') !== 'off');
  const shortcuts = useMemo<Shortcuts>(() => {
    const all = new Set<Shortcut>();
    return {
      all,
      on,
      add: (shortcut) => {
        all.add(shortcut);
        return () => all.delete(shortcut);
      },
      setOn: (next) => {
        writeChoice('shortcuts', next ? null : 'off');
        setOn(next);
      },
    };
  }, [on]);
  useEffect(() => {
    if (!on) return;
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target))
        return;
      const shortcut = [...shortcuts.all].findLast(({ key }) => key === event.key);
      if (!shortcut || document.querySelector('dialog[open]')) return;
      event.preventDefault();
      shortcut.run();
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, [on, shortcuts]);
  return <ShortcutContext value={shortcuts}>{children}</ShortcutContext>;
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('input:not([type=radio]), textarea, select') !== null;
}

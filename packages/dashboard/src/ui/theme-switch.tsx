import { Monitor, Moon, Sun } from 'lucide-react';
import { useState } from 'react';
import { cx } from './cx.ts';
import { readChoice, writeChoice } from './stored-choice.ts';

const THEMES = [
  { id: 'system', label: 'System theme', icon: Monitor },
  { id: 'light', label: 'Light theme', icon: Sun },
  { id: 'dark', label: 'Dark theme', icon: Moon },
] as const;

type Theme = (typeof THEMES)[number]['id'];

/** System, light or dark. `public/theme.js` reads the same choice before the first paint. */
export function ThemeSwitch() {
  const [theme, setTheme] = useState<Theme>(() => {
    const stored = readChoice('theme');
    return stored === 'light' || stored === 'dark' ? stored : 'system';
  });
  const choose = (next: Theme) => {
    setTheme(next);
    writeChoice('theme', next === 'system' ? null : next);
    if (next === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = next;
  };
  return (
    <fieldset className="inline-flex rounded-control border border-line bg-sunken p-0.5">
      <legend className="sr-only">Theme</legend>
      {THEMES.map(({ id, label, icon: Icon }) => (
        <label
          key={id}
          title={label}
          className={cx(
            'flex h-6 w-7 cursor-pointer items-center justify-center rounded-small',
            'has-focus-visible:outline-2 has-focus-visible:outline-focus',
            id === theme ? 'bg-raised text-ink shadow-[0_0_0_1px_var(--line)]' : 'text-faint hover:text-ink',
          )}
        >
          <input
            type="radio"
            name="theme"
            className="sr-only"
            aria-label={label}
            checked={id === theme}
            onChange={() => choose(id)}
          />
          <Icon size={14} aria-hidden />
        </label>
      ))}
    </fieldset>
  );
}

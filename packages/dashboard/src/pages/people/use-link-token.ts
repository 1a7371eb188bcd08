import { useLocation } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { takeSetupToken } from './setup-token.ts';

/**
 * The token of the link that was opened, also when it is opened again in the same tab, and how often it was. Null when
 * there is none.
 */
export function useLinkToken(startToken: string | null) {
  const [token, setToken] = useState(startToken);
  const [opened, setOpened] = useState(0);
  const hash = useLocation({ select: (location) => location.hash });
  useEffect(() => {
    if (!hash) return;
    const taken = takeSetupToken(window.location, window.history);
    if (!taken) return;
    setToken(taken);
    setOpened((count) => count + 1);
  }, [hash]);
  return { token, setToken, opened };
}

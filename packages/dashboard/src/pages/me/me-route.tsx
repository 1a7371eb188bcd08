import { createLazyRoute } from '@tanstack/react-router';
import { MePage } from './me-page.tsx';

export const meRoute = createLazyRoute('/signed-in/me')({ component: MePage });

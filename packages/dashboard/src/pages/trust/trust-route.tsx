import { createLazyRoute } from '@tanstack/react-router';
import { TrustPage } from './trust-page.tsx';

export const trustRoute = createLazyRoute('/signed-in/trust')({ component: TrustPage });

import { createLazyRoute } from '@tanstack/react-router';
import { TeamPage } from './team-page.tsx';

export const teamRoute = createLazyRoute('/signed-in/team')({ component: TeamPage });

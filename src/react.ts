export { type SessionView, useSession, useSessionStatus } from './react/use-session.js';

import { type ReactNode, useEffect } from 'react';
import { useSession, useSessionStatus } from 'session-keeper/react';

/** An application as its developer would write it. No part of it is handed a session. */
export function App() {
  return (
    <main>
      <Account />
      <Phase />
      <Renewals />
    </main>
  );
}

function Account() {
  const { status, signIn, signOut, renew } = useSession();
  useCommitCount('account');
  if (!status) return <Starting onSignIn={() => signIn()} />;
  if (!status.user) return <Button onClick={() => signIn()}>Sign in</Button>;
  return (
    <>
      <p>Hello, {String(status.user.name)}.</p>
      <Button onClick={() => renew()}>Renew</Button>
      <Button onClick={() => signOut({ endSession: false })}>Sign out</Button>
    </>
  );
}

function Starting({ onSignIn }: { onSignIn: () => Promise<unknown> }) {
  return (
    <>
      <p>Starting…</p>
      <Button onClick={onSignIn}>Sign in early</Button>
    </>
  );
}

function Phase() {
  useCommitCount('phase');
  return <output aria-label="phase">{useSessionStatus((status) => status?.phase ?? 'not ready')}</output>;
}

function Renewals() {
  useCommitCount('renewals');
  return <output aria-label="renewals">{useSessionStatus((status) => status?.renewals)}</output>;
}

function Button({ onClick, children }: { onClick: () => Promise<unknown>; children: ReactNode }) {
  return (
    <button type="button" onClick={() => void onClick()}>
      {children}
    </button>
  );
}

/** Writes down each commit of the component that calls it, for the test to read. */
function useCommitCount(component: string): void {
  useEffect(() => {
    globalThis.commits[component] = (globalThis.commits[component] ?? 0) + 1;
  });
}

declare global {
  var commits: Record<string, number>;
}

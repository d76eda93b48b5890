/** Where a sample runs, which decides the globals that it may use. */
export type Realm = 'page' | 'worker' | 'node';

const IMPORTED = /\bfrom '([^']+)'|\bimport '([^']+)'/g;
const NODE_ONLY =
  /^(node:.+|session-keeper\/(server|vite)|vite|vitest\/config|express|hono|hono\/.+|@hono\/.+)$/;

export function realmOf(code: string): Realm {
  const imports = [...code.matchAll(IMPORTED)].map(([, named, bare]) => named ?? bare ?? '');
  if (imports.some((name) => /^session-keeper\/(worker|otlp)$/.test(name))) return 'worker';
  return imports.some((name) => NODE_ONLY.test(name)) ? 'node' : 'page';
}

/** The compiler options of an application's part that runs there. */
export function compilerOptions(realm: Realm): Record<string, unknown> {
  return {
    target: 'es2022',
    module: 'esnext',
    moduleResolution: 'bundler',
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: true,
    noEmit: true,
    jsx: 'react-jsx',
    lib:
      realm === 'worker'
        ? ['es2022', 'webworker']
        : realm === 'page'
          ? ['es2022', 'dom', 'dom.iterable']
          : ['es2022'],
    types: realm === 'node' ? ['node'] : [],
  };
}

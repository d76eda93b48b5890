/**
 * Loads `oidc-provider` without its notice that it prefers Node 22: it runs on Node 20.19 too, which this project
 * still serves, and a newcomer's first line of output should not be a warning.
 */
export async function loadProvider(): Promise<typeof import('oidc-provider')> {
  const { warn } = console;
  console.warn = () => undefined;
  try {
    return await import('oidc-provider');
  } finally {
    console.warn = warn;
  }
}

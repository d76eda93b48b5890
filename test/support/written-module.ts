import type { Plugin } from 'vite';

/** Lets a build begin with a module that stands in no file; without a source, with the one that does. */
export function writtenModule(entry: string, source: string | undefined): Plugin {
  return {
    name: 'written-module',
    resolveId: (id) => (id === entry ? id : undefined),
    load: (id) => (id === entry ? source : undefined),
  };
}

import type { SessionPhase } from '../src/shared/session-status.js';
import { TRANSITIONS, WITH_SESSION } from '../src/shared/session-transitions.js';

const BLOCK = /^```mermaid\n[\s\S]*?^```$/m;

/** The page with the diagram of the phases as it is now. */
export function withPhaseDiagram(page: string): string {
  if (!BLOCK.test(page)) throw new Error('the page has no place for the diagram');
  return page.replace(BLOCK, `\`\`\`mermaid\n${phaseDiagram()}\n\`\`\``);
}

/** The transitions as a Mermaid state diagram. Those that all phases with a session have in common are drawn once. */
function phaseDiagram(): string {
  const arrows = TRANSITIONS.flatMap(({ from, to, by }) =>
    joined(from).flatMap((one) => joined(to).map((other) => `  ${one} --> ${other} : ${by}`)),
  );
  return [
    'stateDiagram-v2',
    '  state "signed-out" as signed_out',
    '  state "signing-in" as signing_in',
    '  state "there is a session" as session {',
    ...WITH_SESSION.map((phase) => `    ${phase}`),
    '  }',
    '  [*] --> signed_out',
    ...arrows,
  ].join('\n');
}

function joined(phases: readonly SessionPhase[]): readonly string[] {
  const isWhole = WITH_SESSION.every((phase) => phases.includes(phase));
  const single = isWhole ? phases.filter((phase) => !WITH_SESSION.includes(phase)) : phases;
  return [...(isWhole ? ['session'] : []), ...single.map((phase) => phase.replace('-', '_'))];
}

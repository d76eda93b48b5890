import { demo } from '../demo-values.js';

/** The servers' metrics by name, as Prometheus reads them; with labels as `name{label=text}`. */
export type Figures = Readonly<Record<string, number>>;

/** Asks the servers' side of the control room; these requests carry no credential and pass by the worker. */
export async function readFigures(): Promise<Figures> {
  return answerOf(await fetch(`${demo.api}/control/figures`));
}

/** @param email whose sessions it is about */
export async function pull<T = unknown>(lever: string, email: string): Promise<T> {
  return answerOf(
    await fetch(`${demo.api}/control/levers/${lever}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email }),
    }),
  );
}

async function answerOf<T>(response: Response): Promise<T> {
  if (!response.ok) throw new Error(`The control room’s server answered ${response.status}.`);
  return response.json();
}

/** The server's word that the session ends, or only a sign that it is there. */
export type ServerWord = 'revoked' | 'signed-out' | 'beat';

/**
 * The blocks of a stream of Server-Sent Events (HTML §9.2.6), as `session-keeper/server` writes them; what a later one may add counts as a sign
 * of life. Ends with the stream, and ends it when nobody reads on.
 *
 * @throws what the network fails with
 */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerWord> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      const blocks = (text + decoder.decode(part.value, { stream: true })).split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) yield wordOf(block.split('\n'));
    }
  } finally {
    // Rejected only where the stream has failed already.
    reader.cancel().catch(() => undefined);
  }
}

function wordOf(lines: readonly string[]): ServerWord {
  if (!lines.includes('event: end')) return 'beat';
  return lines.includes('data: signed-out') ? 'signed-out' : 'revoked';
}

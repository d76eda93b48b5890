/** The authorization server's answer comes as a form (`form_post`) or in the query. */
export async function answerParameters(request: Request, url: URL): Promise<URLSearchParams> {
  if (request.method !== 'POST') return url.searchParams;
  return new URLSearchParams(await request.text());
}

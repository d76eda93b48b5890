/**
 * Colours follow the page's `color-scheme`. Everything that an application may want to change is a custom property
 * or a part: `banner`, `message`, `title`, `detail`, `countdown`, `action`.
 */
const CSS = `
:host { display: block; }
:host([hidden]) { display: none; }
[part=banner] {
  --accent: var(--session-banner-accent, light-dark(#0b57d0, #8ab4f8));
  display: flex; flex-wrap: wrap; align-items: center; gap: 0.5rem 1rem;
  font: var(--session-banner-font, inherit); line-height: 1.4;
  color: var(--session-banner-color, light-dark(#1f2328, #e6e8eb));
}
[part=banner][data-tone=warning] { --accent: var(--session-banner-warning, light-dark(#9a5b00, #ffc46b)); }
[part=banner][data-tone] {
  padding: var(--session-banner-padding, 0.625rem 1rem);
  background: var(--session-banner-background, light-dark(#fff, #1e2227));
  border: 1px solid var(--session-banner-border, light-dark(#d0d5db, #434a53));
  border-inline-start: 0.3125rem solid var(--accent);
  border-radius: var(--session-banner-radius, 0.375rem);
}
[part=message] { flex: 1 1 16rem; min-inline-size: 0; overflow-wrap: anywhere; }
[part=title] { font-weight: 600; }
p { margin: 0; }
[part=countdown] { font-variant-numeric: tabular-nums; }
[part=action] {
  font: inherit; font-weight: 600; cursor: pointer;
  min-block-size: 2.25rem; padding: 0.25rem 1rem;
  color: var(--session-banner-action-color, light-dark(#fff, #14171a)); background: var(--accent);
  border: 1px solid transparent; border-radius: calc(var(--session-banner-radius, 0.375rem) / 1.5);
}
[part=action]:hover { filter: brightness(1.1); }
[part=action]:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
[part=action][aria-disabled=true] { cursor: progress; filter: grayscale(1); }
[hidden] { display: none; }
@media (prefers-reduced-motion: no-preference) {
  [part=banner][data-tone] { animation: arrive 0.2s ease-out; }
  @keyframes arrive { from { opacity: 0; transform: translateY(-0.25rem); } }
}
@media (forced-colors: active) {
  [part=action] { border-color: ButtonBorder; }
  [part=action][aria-disabled=true] { color: GrayText; }
}
`;

let sheet: CSSStyleSheet | undefined;

/** One sheet for all banners; a constructed one, which a page's `style-src` does not refuse. */
export function bannerSheet(): CSSStyleSheet {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(CSS);
  }
  return sheet;
}

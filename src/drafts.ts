export { type DraftOptions, type KeptDraft, keepDraft } from './page/drafts/keep-draft.js';

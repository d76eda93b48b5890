import { StrictMode } from 'react';
import { hydrateRoot } from 'react-dom/client';
import { App } from './app.js';

globalThis.commits = {};

hydrateRoot(
  document.body,
  <StrictMode>
    <App />
  </StrictMode>,
);

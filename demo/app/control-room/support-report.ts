import type { Session } from 'session-keeper';
import { diagnose } from 'session-keeper/telemetry';
import { element, write } from '../elements.js';

/** The report that a person makes, looks at, and copies into a ticket. */
export function offerReport(session: Session): void {
  const report = element('report', HTMLTextAreaElement);
  const copy = element('copy-report', HTMLButtonElement);
  const copied = element('report-copied', HTMLOutputElement);
  element('make-report', HTMLButtonElement).addEventListener('click', async () => {
    report.value = JSON.stringify(await diagnose(session), undefined, 2);
    report.hidden = copy.hidden = false;
    write(copied, '');
  });
  copy.addEventListener('click', async () => {
    const isCopied = await navigator.clipboard.writeText(report.value).then(
      () => true,
      () => false,
    );
    if (!isCopied) report.select();
    write(
      copied,
      isCopied
        ? 'Copied.'
        : 'This browser does not let the page copy. The text is selected: copy it yourself.',
    );
  });
}

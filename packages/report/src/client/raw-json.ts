import type { ExperimentRecord } from '@graft-ml/core';

/** Fills the raw record in when it is opened, and saves it as a file. */
export function rawJson(record: ExperimentRecord): void {
  const box = document.getElementById('raw-json');
  box?.closest('details')?.addEventListener('toggle', () => {
    if (box.dataset['filled'] === undefined) box.textContent = JSON.stringify(record, null, 1);
    box.dataset['filled'] = '';
  });
  document.getElementById('save-json')?.addEventListener('click', () => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([JSON.stringify(record, null, 2)], { type: 'application/json' }));
    link.download = 'graft-experiment.json';
    link.click();
    URL.revokeObjectURL(link.href);
  });
}

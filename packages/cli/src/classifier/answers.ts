import type { TargetSpec } from '@graft-ml/core';

const TOP = 3;

/** The best labels with their shares as bars, or, for a model of values, each value. */
export function answerItems(outputs: readonly number[], target: TargetSpec): HTMLElement[] {
  if (target.kind === 'values') {
    return outputs.map((value, at) => item(target.names[at] ?? String(at), value.toPrecision(5)));
  }
  return outputs
    .map((confidence, at) => ({ label: target.labels[at] ?? String(at), confidence }))
    .sort((a, b) => b.confidence - a.confidence)
    .slice(0, TOP)
    .map(({ label, confidence }) => {
      const made = item(label, percent(confidence), confidence);
      const bar = document.createElement('span');
      bar.className = 'bar';
      bar.style.setProperty('--share', `${confidence * 100}%`);
      made.append(bar);
      return made;
    });
}

function item(name: string, text: string, confidence?: number): HTMLElement {
  const made = document.createElement('li');
  const label = document.createElement('span');
  label.textContent = name;
  const value = document.createElement('span');
  value.textContent = text;
  if (confidence !== undefined) value.dataset['confidence'] = String(confidence);
  made.append(label, value);
  return made;
}

/** `87 %`; a decimal only where whole percents say too little; never 0 or 100 for what is not quite that. */
function percent(fraction: number): string {
  const hundredths = fraction * 100;
  if (hundredths > 0 && hundredths < 0.1) return '< 0.1\u00A0%';
  if (hundredths > 99.9 && hundredths < 100) return '> 99.9\u00A0%';
  return `${hundredths.toFixed((hundredths > 99 || hundredths < 1) && hundredths % 100 !== 0 ? 1 : 0)}\u00A0%`;
}

import { markup, type Html } from '../text/html.js';

export interface Choice {
  readonly value: string;
  readonly text: string;
}

/** A row of radio buttons drawn as one control: arrow keys move between choices, as in any radio group. */
export function segments(name: string, legend: string, choices: readonly Choice[], chosen: string): Html {
  return markup`<fieldset class="segments"><legend>${legend}</legend><div>${choices.map(({ value, text }) => {
    const checked = value === chosen ? markup` checked` : markup``;
    return markup`<label><input type="radio" name="${name}" value="${value}"${checked}><span>${text}</span></label>`;
  })}</div></fieldset>`;
}

/** A labelled drop-down list. */
export function dropDown(id: string, label: string, choices: readonly Choice[], chosen: string): Html {
  return markup`<label class="drop-down" for="${id}"><span>${label}</span><select id="${id}">${choices.map(
    ({ value, text }) => {
      const selected = value === chosen ? markup` selected` : markup``;
      return markup`<option value="${value}"${selected}>${text}</option>`;
    },
  )}</select></label>`;
}

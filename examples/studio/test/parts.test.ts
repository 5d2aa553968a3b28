import { createRng } from '@graft-ml/core';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { CurveRecorder, MOST_POINTS } from '../src/app/curves.js';
import { drawHeldOut } from '../src/engine/picture-data.js';
import { resampleCover } from '../src/pictures/resample.js';
import { notAPicture } from '../src/pictures/picture-problem.js';
import { percent, wilson } from '../src/views/numbers.js';

/** A picture with edges, slopes and noise, as RGB bytes. */
function drawn(width: number, height: number): Uint8Array {
  const rng = createRng(5);
  return Uint8Array.from({ length: width * height * 3 }, (_, at) => {
    const [x, y] = [Math.floor(at / 3) % width, Math.floor(at / 3 / width)];
    const edge = (x - width / 2) ** 2 + (y - height / 3) ** 2 < (height / 4) ** 2 ? 90 : 0;
    return Math.round(40 + (80 * x) / width + edge + 30 * rng.uniform());
  });
}

function withAlpha(rgb: Uint8Array): Uint8ClampedArray {
  return Uint8ClampedArray.from({ length: (rgb.length / 3) * 4 }, (_, at) =>
    at % 4 === 3 ? 255 : (rgb[3 * Math.floor(at / 4) + (at % 4)] ?? 0),
  );
}

describe('resizing against sharp', () => {
  it.each([
    [500, 375, 224, 224, 1],
    [375, 500, 224, 224, 1],
    [224, 300, 224, 224, 1],
    [301, 199, 28, 28, 1.5],
    [1600, 1200, 224, 224, 1],
    // It enlarges with another filter.
    [100, 80, 224, 224, 4],
  ])('%i × %i to %i × %i', async (width, height, toWidth, toHeight, levels) => {
    const rgb = drawn(width, height);
    const theirs = await sharp(rgb, { raw: { width, height, channels: 3 } })
      .resize({ width: toWidth, height: toHeight, fit: 'cover' })
      .raw()
      .toBuffer();
    const ours = resampleCover({ data: withAlpha(rgb), width, height }, toWidth, toHeight);
    const apart = Array.from(theirs, (value, at) => Math.abs(value - (ours[4 * Math.floor(at / 3) + (at % 3)] ?? 0)));
    const mean = apart.reduce((sum, value) => sum + value, 0) / apart.length;
    console.log(
      `${width} × ${height}: mean ${mean.toFixed(2)}, most ${apart.reduce((most, value) => Math.max(most, value), 0)}`,
    );
    expect(mean).toBeLessThan(levels);
  });

  it('leaves a picture of the right size as it is', () => {
    const data = withAlpha(drawn(28, 28));
    expect(resampleCover({ data, width: 28, height: 28 }, 28, 28)).toBe(data);
  });
});

describe('holding pictures back', () => {
  const files = (...counts: number[]): { file: Blob; name: string; label: number }[] =>
    counts.flatMap((count, label) => Array.from({ length: count }, () => ({ file: new Blob(), name: '', label })));

  it('takes the same share of every class, and never the last picture of one', () => {
    const all = files(20, 10, 2, 1);
    const drawnOnes = drawHeldOut(all, 0.2, createRng(1));
    const perClass = [0, 1, 2, 3].map((label) => [...drawnOnes].filter((at) => all[at]?.label === label).length);
    expect(perClass).toEqual([4, 2, 1, 0]);
    expect(drawHeldOut(all, 0.2, createRng(1))).toEqual(drawnOnes);
    expect(drawHeldOut(all, 0.2, createRng(2))).not.toEqual(drawnOnes);
  });

  it('says so when there is nothing to test on', () => {
    expect(() => drawHeldOut(files(1, 1), 0.2, createRng(1))).toThrow(/one picture/);
  });
});

describe('words and numbers', () => {
  it('tells HEIC, empty files and others apart', async () => {
    const heic = new Blob(['\0\0\0\x18ftypheic\0\0\0\0']);
    expect((await notAPicture(heic, 'a.heic', undefined)).message).toContain('iPhone');
    expect((await notAPicture(new Blob([]), 'b.jpg', undefined)).message).toContain('b.jpg is empty');
    expect((await notAPicture(new Blob(['hello']), 'c.jpg', undefined)).message).toContain('cannot be read');
  });

  it('gives intervals as Wilson does', () => {
    // scipy.stats.binomtest(6, 8).proportion_ci(method='wilson')
    const [low, high] = wilson(6, 8);
    expect(low).toBeCloseTo(0.4092754, 5);
    expect(high).toBeCloseTo(0.9285208, 5);
    expect(wilson(0, 5)[0]).toBe(0);
    expect(wilson(5, 5)[1]).toBe(1);
  });

  it('never rounds to certainty', () => {
    expect([0, 0.0004, 0.005, 0.5, 0.994, 0.9996, 1].map(percent).map((each) => each.replace('\u00A0', ' '))).toEqual([
      '0 %',
      '< 0.1 %',
      '0.5 %',
      '50 %',
      '99.4 %',
      '> 99.9 %',
      '100 %',
    ]);
  });
});

describe('curves', () => {
  const step = (at: number): Parameters<CurveRecorder['add']>[0] => ({
    type: 'step',
    step: at,
    epoch: 1,
    loss: 1 / at,
    learningRate: 1,
    seconds: 1,
    examplesPerSecond: 1,
  });

  it('are bounded however long the training is, and end where it is', () => {
    const recorder = new CurveRecorder();
    for (let at = 1; at <= 100_000; at++) {
      recorder.add(step(at));
      if (at % 7000 !== 0) continue;
      const best = { metric: 'loss', value: 2, step: at, epoch: 1 };
      recorder.add({
        type: 'validation',
        step: at,
        epoch: 1,
        loss: 2,
        metrics: { accuracy: 0.5 },
        improved: true,
        best,
      });
    }
    const { steps, trainLoss, heldOutLoss, heldOutAccuracy } = recorder.curves();
    expect(steps.length).toBeLessThan(MOST_POINTS + 20);
    expect(steps.length).toBeGreaterThan(MOST_POINTS / 2);
    expect([steps[0], steps.at(-1)]).toEqual([1, 100_000]);
    expect(trainLoss.at(-1)).toBeLessThan(1e-3);
    // Rare points are all kept.
    expect(heldOutLoss.filter((each) => each !== null)).toHaveLength(14);
    expect(heldOutAccuracy[steps.indexOf(7000)]).toBe(0.5);
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
  });
});

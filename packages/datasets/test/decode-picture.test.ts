import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { crc32 } from '../src/idx/crc32.js';
import { decodePicture } from '../src/node/pictures/decode-picture.js';
import { jpegFacts } from '../src/node/pictures/jpeg-facts.js';
import { meanDifference, pictureFixture, pictureFixtures } from './fixtures/pictures.js';

describe('decodePicture', () => {
  it.each(pictureFixtures())('reads $name as Pillow does', async ({ name, file, width, height, pixels, tolerance }) => {
    const decoded = await decodePicture(file, { height, width, channels: 3 }, name);
    expect(decoded).toHaveLength(height * width * 3);
    expect(meanDifference(decoded, pixels)).toBeLessThanOrEqual(tolerance);
  });

  it('crops a turned picture as it crops an upright one', async () => {
    const { file } = pictureFixture('orientation-6.jpg');
    const upright = await sharp(file).autoOrient().png().toBuffer();
    for (const [height, width] of [
      [24, 32],
      [10, 40],
      [20, 20],
    ] as const) {
      const spec = { height, width, channels: 3 } as const;
      const turned = await decodePicture(file, spec, 'turned');
      expect(meanDifference(turned, await decodePicture(upright, spec, 'upright'))).toBeLessThan(1);
    }
  });

  it('makes shades of grey', async () => {
    const { file, width, height, pixels } = pictureFixture('grey.jpg');
    const decoded = await decodePicture(file, { height, width, channels: 1 }, 'grey');
    expect(
      meanDifference(
        decoded,
        pixels.filter((_, at) => at % 3 === 0),
      ),
    ).toBeLessThanOrEqual(1);
  });

  it('converts a profile that is not sRGB, and keeps the pixels of one that is', async () => {
    const { file, width, height, pixels } = pictureFixture('plain.png');
    const spec = { height, width, channels: 3 } as const;
    const srgb = await sharp(file).withIccProfile('srgb').png().toBuffer();
    expect(meanDifference(await decodePicture(srgb, spec, 'srgb'), pixels)).toBe(0);
    const p3 = await sharp(file).withIccProfile('p3').png().toBuffer();
    expect(meanDifference(await decodePicture(p3, spec, 'p3'), pixels)).toBeLessThan(2);
  });

  it.each(['srgb', 'p3', 'none'])('takes the short way to a square for a JPEG with the profile %s', async (profile) => {
    const picture = sharp(pictureFixture('plain.png').file).jpeg({ quality: 95 });
    const jpeg = await (profile === 'none' ? picture : picture.withIccProfile(profile)).toBuffer();
    expect(jpegFacts(jpeg)).toEqual({ components: 3, profile: profile === 'none' ? 'none' : 'other' });
    // What is no JPEG takes the long way.
    const same = await sharp(jpeg).keepIccProfile().png().toBuffer();
    const spec = { height: 16, width: 16, channels: 3 } as const;
    const [short, long] = await Promise.all([decodePicture(jpeg, spec, 'jpeg'), decodePicture(same, spec, 'png')]);
    expect(meanDifference(short, long)).toBeLessThan(0.5);
  });

  it('turns a JPEG upright on the short way too', async () => {
    const { file } = pictureFixture('orientation-6.jpg');
    const upright = await sharp(file).autoOrient().png().toBuffer();
    const spec = { height: 20, width: 20, channels: 3 } as const;
    expect(jpegFacts(file)?.components).toBe(3);
    expect(
      meanDifference(await decodePicture(file, spec, 'turned'), await decodePicture(upright, spec, 'upright')),
    ).toBeLessThan(1);
  });

  it('follows the segments of no JPEG that lies about them', () => {
    const { file } = pictureFixture('plain.jpg');
    expect(jpegFacts(pictureFixture('grey.jpg').file)?.components).toBe(1);
    expect(jpegFacts(pictureFixture('cmyk.jpg').file)?.components).toBe(4);
    expect(jpegFacts(pictureFixture('plain.png').file)).toBeUndefined();
    for (let length = 0; length < 64; length++) expect(jpegFacts(file.subarray(0, length))).toBeUndefined();
    // What cameras write: the profile's description in ASCII.
    const profile = Buffer.concat([
      Uint8Array.of(0xff, 0xe2, 0, 34),
      Buffer.from('ICC_PROFILE\0\x01\x01 sRGB IEC61966-2.1'),
    ]);
    const named = Buffer.concat([file.subarray(0, 2), profile, file.subarray(2)]);
    expect(jpegFacts(named)?.profile).toBe('sRGB');
    const lies = Uint8Array.from(file);
    lies.set([0xff, 0xff], 4);
    expect(jpegFacts(lies)).toBeUndefined();
    lies.set([0, 0], 4);
    expect(jpegFacts(lies)).toBeUndefined();
  });

  it('names HEIC and its remedy', async () => {
    const heic = Uint8Array.from([0, 0, 0, 24, ...new TextEncoder().encode('ftypheic'), ...new Uint8Array(64)]);
    await expect(decodePicture(heic, { height: 8, width: 8, channels: 3 }, 'IMG_1.HEIC')).rejects.toMatchObject({
      code: 'corrupt',
      what: expect.stringMatching(/IMG_1\.HEIC.*HEIC.*export it as JPEG/),
    });
  });

  it('refuses a truncated JPEG, wherever it ends', async () => {
    const { file } = pictureFixture('plain.jpg');
    for (const part of [0.1, 0.5, 0.9]) {
      const cut = file.subarray(0, Math.floor(file.length * part));
      await expect(decodePicture(cut, { height: 8, width: 8, channels: 3 }, 'cut.jpg')).rejects.toMatchObject({
        code: 'corrupt',
      });
    }
  });

  it('refuses a picture that says it is huge, before decoding it', async () => {
    const png = Buffer.from(pictureFixture('plain.png').file);
    // The header's width and height, and its checksum, which sharp would complain of first.
    png.writeUInt32BE(60_000, 16);
    png.writeUInt32BE(60_000, 20);
    png.writeUInt32BE(crc32(png.subarray(12, 29)), 29);
    await expect(decodePicture(png, { height: 8, width: 8, channels: 3 }, 'bomb.png')).rejects.toMatchObject({
      code: 'corrupt',
      what: expect.stringContaining('pixel limit'),
    });
  });
});

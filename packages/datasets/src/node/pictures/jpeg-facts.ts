/** What a JPEG's header says that decoding depends on. */
export interface JpegFacts {
  /** 1: grey; 3: colours; 4: CMYK. */
  readonly components: number;
  /** Whether its colours are described by a profile, and whether that one is sRGB by its name. */
  readonly profile: 'none' | 'sRGB' | 'other';
}

/** Markers of frames (ITU T.81, table B.1), without the other four of that range: DHT, JPG and DAC. */
const isFrame = (marker: number): boolean => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
const SCAN = 0xda;
/** The segments that hold a profile, in parts (ICC.1, annex B.4). */
const APP2 = 0xe2;
const ICC = 'ICC_PROFILE\0';

/**
 * Read the segments of a JPEG up to its first scan: a tenth of what asking sharp for them takes.
 *
 * @returns undefined for what is no JPEG, or one whose segments cannot be followed
 */
export function jpegFacts(file: Uint8Array): JpegFacts | undefined {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  if (bytes.length < 4 || bytes.readUInt16BE(0) !== 0xffd8) return undefined;
  let profile: JpegFacts['profile'] = 'none';
  let components: number | undefined;
  for (let at = 2; at + 4 <= bytes.length && bytes[at] === 0xff;) {
    const marker = bytes[at + 1] ?? 0;
    const length = bytes.readUInt16BE(at + 2);
    const segment = bytes.subarray(at + 4, at + 2 + length);
    if (length < 2 || marker < 0xc0) return undefined;
    if (marker === SCAN) return components === undefined ? undefined : { components, profile };
    if (isFrame(marker)) components = segment[5];
    if (marker === APP2 && segment.toString('latin1', 0, ICC.length) === ICC && profile !== 'sRGB') {
      profile = segment.includes('sRGB') ? 'sRGB' : 'other';
    }
    at += 2 + length;
  }
  return undefined;
}

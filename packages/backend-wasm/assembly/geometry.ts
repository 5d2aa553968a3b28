/*
 * The shape of the convolution or pooling at hand. Kept in globals, which WebAssembly holds outside linear memory: the
 * module shares its memory with TensorFlow.js and must own none of it. Every call sets them first.
 */
export let images: i32 = 0;
export let inHeight: i32 = 0;
export let inWidth: i32 = 0;
export let inChannels: i32 = 0;
export let outHeight: i32 = 0;
export let outWidth: i32 = 0;
export let outChannels: i32 = 0;
export let kernelHeight: i32 = 0;
export let kernelWidth: i32 = 0;
export let strideHeight: i32 = 0;
export let strideWidth: i32 = 0;
export let dilationHeight: i32 = 0;
export let dilationWidth: i32 = 0;
export let padTop: i32 = 0;
export let padLeft: i32 = 0;

export function setGeometry(
  n: i32,
  ih: i32,
  iw: i32,
  ic: i32,
  oh: i32,
  ow: i32,
  oc: i32,
  kh: i32,
  kw: i32,
  sh: i32,
  sw: i32,
  dh: i32,
  dw: i32,
  pt: i32,
  pl: i32,
): void {
  images = n;
  inHeight = ih;
  inWidth = iw;
  inChannels = ic;
  outHeight = oh;
  outWidth = ow;
  outChannels = oc;
  kernelHeight = kh;
  kernelWidth = kw;
  strideHeight = sh;
  strideWidth = sw;
  dilationHeight = dh;
  dilationWidth = dw;
  padTop = pt;
  padLeft = pl;
}

/** The first output column whose tap `kw` lies inside the image. */
// @ts-ignore: decorator
@inline
export function firstColumn(kw: i32): i32 {
  const outside = padLeft - kw * dilationWidth;
  return outside <= 0 ? 0 : min(outWidth, (outside + strideWidth - 1) / strideWidth);
}

/** One past the last output column whose tap `kw` lies inside the image. */
// @ts-ignore: decorator
@inline
export function endColumn(kw: i32): i32 {
  const room = inWidth - 1 + padLeft - kw * dilationWidth;
  return room < 0 ? 0 : min(outWidth, room / strideWidth + 1);
}

import { GraftError } from '@graft-ml/core';

/** The attributes with which tfjs asks for its context: nothing that is for pictures on a screen. */
const ATTRIBUTES: WebGLContextAttributes = {
  alpha: false,
  antialias: false,
  premultipliedAlpha: false,
  preserveDrawingBuffer: false,
  depth: false,
  stencil: false,
};

/** A canvas with a WebGL 2 context that can compute in float32, and what it says of itself. */
export interface Context {
  readonly canvas: OffscreenCanvas | HTMLCanvasElement;
  readonly gl: WebGL2RenderingContext;
  readonly renderer: string;
}

/**
 * Open a context of our own. tfjs would keep one for the page, and its compiled programs beside it, also when that
 * context is lost: programs of a lost context are of no use to the next.
 *
 * @param software whether a renderer on the CPU will do
 * @throws GraftError `unavailable` without WebGL 2, without a graphics card, or without float32 textures to render to
 */
export function openContext(software: boolean): Context {
  const opened = software ? open(false) : onCard();
  if (opened === undefined) {
    const onCpu = software ? undefined : open(false);
    if (onCpu === undefined) {
      throw new GraftError({
        code: 'unavailable',
        what: 'This browser offers no WebGL 2 context.',
        remedy: 'Turn on hardware acceleration in its settings, or choose another backend, for example wasm().',
      });
    }
    discard(onCpu.gl);
    throw new GraftError({
      code: 'unavailable',
      what: `WebGL 2 runs without a graphics card here (${rendererOf(onCpu.gl)}).`,
      expected: 'A renderer on a graphics card was expected: on the CPU, WebGL is slower than WebAssembly.',
      remedy: 'Choose wasm(), or ask for it all the same: webgl({ software: true }).',
    });
  }
  const { canvas, gl } = opened;
  if (gl.getExtension('EXT_color_buffer_float') === null) {
    const renderer = rendererOf(gl);
    discard(gl);
    throw new GraftError({
      code: 'unavailable',
      what: `The graphics card (${renderer}) cannot render to float32 textures.`,
      expected: 'Training in 16 bits would lose small gradients without a word.',
      remedy: 'Choose another backend, for example wasm().',
    });
  }
  return { canvas, gl, renderer: rendererOf(gl) };
}

/** Give a context's memory back at once; browsers allow only a few contexts a page. */
export function discard(gl: WebGL2RenderingContext): void {
  if (!gl.isContextLost()) gl.getExtension('WEBGL_lose_context')?.loseContext();
}

/** A context on a graphics card. Browsers that were told to render on the CPU do not count that as a caveat. */
function onCard(): ReturnType<typeof open> {
  const opened = open(true);
  if (opened === undefined || !/swiftshader|llvmpipe|basic render/i.test(rendererOf(opened.gl))) return opened;
  discard(opened.gl);
  return undefined;
}

function open(failIfMajorPerformanceCaveat: boolean): Pick<Context, 'canvas' | 'gl'> | undefined {
  const canvas = newCanvas();
  const gl = canvas?.getContext('webgl2', { ...ATTRIBUTES, failIfMajorPerformanceCaveat });
  return canvas !== undefined && gl instanceof WebGL2RenderingContext ? { canvas, gl } : undefined;
}

/** Safari's OffscreenCanvas cannot wait for a fence, so there the canvas is an element. */
function newCanvas(): OffscreenCanvas | HTMLCanvasElement | undefined {
  const agent = typeof navigator === 'undefined' ? '' : navigator.userAgent;
  const isSafari = /^((?!chrome|android).)*safari/i.test(agent);
  if (typeof OffscreenCanvas === 'function' && !isSafari) return new OffscreenCanvas(300, 150);
  return typeof document === 'undefined' ? undefined : document.createElement('canvas');
}

function rendererOf(gl: WebGL2RenderingContext): string {
  const info = gl.getExtension('WEBGL_debug_renderer_info');
  return String(gl.getParameter(info === null ? gl.RENDERER : info.UNMASKED_RENDERER_WEBGL));
}

import type { KernelConfig } from '@tensorflow/tfjs-core';
import { WebGPUBackend, webgpu_util, type WebGPUProgram } from '@tensorflow/tfjs-backend-webgpu';
import { GraftError, poolGeometry } from '@graft-ml/core';

/**
 * The gradient of max pooling: each output's gradient goes to the first of its window's greatest values, as on the cpu
 * backend. tfjs 4.22's WebGPU kernel gives it to the last of them, which differs wherever values repeat (after relu,
 * in drawings, in integers), and loses it beside infinities.
 */
export const maxPoolGradient: KernelConfig = {
  kernelName: 'MaxPoolGrad',
  backendName: 'webgpu',
  kernelFunc({ inputs: { dy, input }, backend, attrs }) {
    if (!(backend instanceof WebGPUBackend) || !dy || !input) {
      throw new GraftError({ code: 'internal', what: 'MaxPoolGrad was called without its tensors.' });
    }
    const info = poolGeometry(input.shape, attrs ?? {});
    const pairs: [number, number][] = [
      [info.effectiveFilterHeight, info.effectiveFilterWidth],
      [info.strideHeight, info.strideWidth],
      [info.padInfo.top, info.padInfo.left],
      [info.inHeight, info.inWidth],
      [info.outHeight, info.outWidth],
    ];
    const uniforms = pairs.map((data) => ({ type: 'int32', data }));
    return backend.runWebGPUProgram(program(info.inShape), [dy, input], input.dtype, uniforms);
  },
};

/** A pixel collects the gradients of all windows in which it is the first of the greatest. */
function program(outputShape: number[]): WebGPUProgram {
  const workgroupSize: [number, number, number] = [64, 1, 1];
  const dispatchLayout = webgpu_util.flatDispatchLayout(outputShape);
  return {
    variableNames: ['dy', 'x'],
    uniforms: 'window : vec2<i32>, strides : vec2<i32>, pads : vec2<i32>, inSize : vec2<i32>, outSize : vec2<i32>,',
    outputShape,
    workgroupSize,
    size: true,
    dispatchLayout,
    dispatch: webgpu_util.computeDispatch(dispatchLayout, outputShape, workgroupSize),
    shaderKey: 'graftMaxPoolGradient',
    getUserCode: () => `
      fn isFirstGreatest(b : i32, r : i32, c : i32, d : i32, top : i32, left : i32, x : f32) -> bool {
        for (var i = 0; i < uniforms.window.x; i++) {
          let otherR = top + i;
          if (otherR < 0 || otherR >= uniforms.inSize.x) { continue; }
          for (var j = 0; j < uniforms.window.y; j++) {
            let otherC = left + j;
            if (otherC < 0 || otherC >= uniforms.inSize.y) { continue; }
            let other = getX(b, otherR, otherC, d);
            let isEarlier = otherR < r || (otherR == r && otherC < c);
            if (other > x || (isEarlier && other == x)) { return false; }
          }
        }
        return !isnan(x);
      }

      fn main(index : i32) {
        if (index >= uniforms.size) { return; }
        let at = getCoordsFromIndex(index);
        let x = getX(at[0], at[1], at[2], at[3]);
        var sum = 0.0;
        for (var i = 0; i < uniforms.window.x; i++) {
          let top = at[1] - i;
          let downs = top + uniforms.pads.x;
          let row = downs / uniforms.strides.x;
          if (downs < 0 || row * uniforms.strides.x != downs || row >= uniforms.outSize.x) { continue; }
          for (var j = 0; j < uniforms.window.y; j++) {
            let left = at[2] - j;
            let rights = left + uniforms.pads.y;
            let column = rights / uniforms.strides.y;
            if (rights < 0 || column * uniforms.strides.y != rights || column >= uniforms.outSize.y) { continue; }
            if (isFirstGreatest(at[0], at[1], at[2], at[3], top, left, x)) {
              sum = sum + getDy(at[0], row, column, at[3]);
            }
          }
        }
        setOutputAtIndex(index, sum);
      }
    `,
  };
}

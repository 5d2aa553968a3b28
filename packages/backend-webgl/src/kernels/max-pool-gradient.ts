import type { KernelConfig } from '@tensorflow/tfjs-core';
import { MathBackendWebGL, type GPGPUProgram } from '@tensorflow/tfjs-backend-webgl';
import { GraftError, poolGeometry, type PoolGeometry } from '@graft-ml/core';

/**
 * The gradient of max pooling: each output's gradient goes to the first of its window's greatest values, as on the cpu
 * backend. tfjs 4.22's WebGL kernel gives it to the last of them, which differs wherever values repeat (after relu,
 * in drawings, in integers), and loses it beside infinities.
 */
export const maxPoolGradient: KernelConfig = {
  kernelName: 'MaxPoolGrad',
  backendName: 'webgl',
  kernelFunc({ inputs: { dy, input }, backend, attrs }) {
    if (!(backend instanceof MathBackendWebGL) || !dy || !input) {
      throw new GraftError({ code: 'internal', what: 'MaxPoolGrad was called without its tensors.' });
    }
    return backend.runWebGLProgram(program(poolGeometry(input.shape, attrs ?? {})), [dy, input], input.dtype);
  },
};

/** A pixel collects the gradients of all windows in which it is the first of the greatest. */
function program(info: PoolGeometry): GPGPUProgram {
  const { effectiveFilterHeight: rows, effectiveFilterWidth: columns, padInfo } = info;
  return {
    variableNames: ['dy', 'x'],
    outputShape: info.inShape,
    userCode: `
      bool isFirstGreatest(int b, int r, int c, int d, int top, int left, float x) {
        for (int i = 0; i < ${rows}; i++) {
          int otherR = top + i;
          if (otherR < 0 || otherR >= ${info.inHeight}) continue;
          for (int j = 0; j < ${columns}; j++) {
            int otherC = left + j;
            if (otherC < 0 || otherC >= ${info.inWidth}) continue;
            float other = getX(b, otherR, otherC, d);
            bool isEarlier = otherR < r || (otherR == r && otherC < c);
            if (other > x || (isEarlier && other == x)) return false;
          }
        }
        return !isnan(x);
      }

      void main() {
        ivec4 at = getOutputCoords();
        float x = getX(at.x, at.y, at.z, at.w);
        float sum = 0.0;
        for (int i = 0; i < ${rows}; i++) {
          int top = at.y - i;
          int row = (top + ${padInfo.top}) / ${info.strideHeight};
          if (top < -${padInfo.top} || row * ${info.strideHeight} != top + ${padInfo.top} || row >= ${info.outHeight}) continue;
          for (int j = 0; j < ${columns}; j++) {
            int left = at.z - j;
            int column = (left + ${padInfo.left}) / ${info.strideWidth};
            if (left < -${padInfo.left} || column * ${info.strideWidth} != left + ${padInfo.left} || column >= ${info.outWidth}) continue;
            if (isFirstGreatest(at.x, at.y, at.z, at.w, top, left, x)) sum += getDy(at.x, row, column, at.w);
          }
        }
        setOutput(sum);
      }
    `,
  };
}

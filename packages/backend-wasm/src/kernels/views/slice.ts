import { slice_util } from '@tensorflow/tfjs-core';
import { numbers } from '../attributes.js';
import { input, type GraftKernel } from '../graft-kernel.js';
import { cutOut } from './cut-out.js';

/** `tf.slice`. tfjs's copies in JavaScript, from five axes on one element at a time. */
export const slice: GraftKernel = {
  name: 'Slice',
  run: (call) => {
    const x = input(call, 'x');
    const given = call.attrs['size'] === undefined ? undefined : numbers(call.attrs, 'size');
    const [begin = [], size = []] = slice_util.parseSliceParams(x, numbers(call.attrs, 'begin'), given);
    slice_util.assertParamsValid(x, begin, size);
    return cutOut(call.device, x, begin, size);
  },
};

export { SKETCH_SIZES, type SketchSizes } from './sketch-sizes.js';
export { sketches, sketchTask, type SketchTask } from './sketches.js';

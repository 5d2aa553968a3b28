export { webgl, type WebglOptions } from './webgl.js';

export { cuda, nativeCpu } from './cuda.js';

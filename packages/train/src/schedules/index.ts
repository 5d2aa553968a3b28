export { cosineRestarts } from './cosine-restarts.js';
export { oneCycle } from './one-cycle.js';
export { slantedTriangle } from './slanted-triangle.js';

export { cosineRestarts } from './cosine-restarts.js';
export { oneCycle } from './one-cycle.js';
export { plateau, type PlateauOptions } from './plateau.js';
export { slantedTriangle } from './slanted-triangle.js';

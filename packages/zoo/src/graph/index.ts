export { FrozenGraph } from './frozen-graph.js';
export { enableGraphLayers, graphNodes, importGraphModel, type GraphModelOptions } from './import-graph-model.js';

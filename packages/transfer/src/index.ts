export type { BridgeKind } from './bridge.js';
export { cutName, type CutPoint } from './cut-point.js';
export { cut, type Backbone } from './cut.js';
export { freeze, NOTHING_FROZEN, trainableWeights, unfreeze, type FreezePlan } from './freeze.js';
export {
  classificationHead,
  headActivation,
  headFor,
  headUnits,
  multiLabelHead,
  regressionHead,
  type Head,
  type HeadShape,
} from './head.js';
export { initialiseFrom, type InitialiseOptions, type InitialiseReport } from './initialise-from.js';
export {
  DEFAULT_GROUP,
  parameterGroups,
  type GroupSettings,
  type GroupSpec,
  type ParameterGroup,
} from './parameter-groups.js';
export { selectNodes, type Selector } from './select.js';
export { splitTrunk, type Split } from './split-trunk.js';
export { withHead, type Grafted, type WithHeadOptions } from './with-head.js';

import {wasm} from '@graft-ml/backend-wasm'; import {useBackend,networkOf} from '@graft-ml/core'; import {loadData} from '@graft-ml/datasets/node'; import {seedCnn} from '@graft-ml/zoo'; import {fit,evaluate,adam} from '@graft-ml/train';
const b=await useBackend(wasm());
const d=await loadData('mnist',{dataDir:'/work/shared/data'}); 
const m=seedCnn({seed:1}); const n=networkOf(m);
let t=performance.now(); const tr=fit({network:n,data:d.train,steps:300,batchSize:32,optimizer:adam({learningRate:1e-3}),seed:1}); let c=0;
for await(const e of tr){ if(e.type==='step'&&e.step%50===0) console.log(e.step,e.loss); }
console.log((performance.now()-t)/300,'ms/step');
t=performance.now(); const e=await evaluate(n,d.test); console.log(e.metrics,e.loss,performance.now()-t);

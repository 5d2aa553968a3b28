import { useBackend, createRng } from '@graft-ml/core'; import { cpu } from '@graft-ml/backend-cpu'; await useBackend(cpu());
import { sketches, stratifiedSubset } from '../dist/index.js';
import { writeFileSync } from 'node:fs';
const s = sketches();
const dump = async (n,d)=>{ const b=await d.batch(Array.from({length:d.size},(_,i)=>i)); const x=Uint8Array.from(await b.inputs[0].data(),v=>Math.round(v*255)); writeFileSync(`/tmp/sk-${n}.x`,x); writeFileSync(`/tmp/sk-${n}.y`,Uint8Array.from(await b.targets.data())); b.inputs[0].dispose(); };
await dump('strain',s.source.train); await dump('stest',s.source.test); await dump('ttrain',s.target.train); await dump('ttest',s.target.test);
for (let k=0;k<3;k++) await dump('t100-'+k, stratifiedSubset(s.target.train,100,createRng(k)));
